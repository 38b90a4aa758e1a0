# Commands, and options that a value follows.
set -g __provha_commands 'dhcp' 'dns' 'time' 'configfile' 'rebuild' 'watch' 'adopt' 'status' 'status mute' 'status unmute' 'status pools' 'status pair' 'status db' 'status drift' 'status daemons' 'status files' 'status help' 'status help mute' 'status help unmute' 'status help pools' 'status help pair' 'status help db' 'status help drift' 'status help daemons' 'status help files' 'status help help' 'explain' 'failover' 'failover state' 'failover partner-down' 'failover wait' 'failover help' 'failover help state' 'failover help partner-down' 'failover help wait' 'failover help help' 'cluster' 'cluster status' 'cluster crosscheck' 'cluster primary' 'cluster galera' 'cluster galera init' 'cluster galera arbiter' 'cluster galera recover' 'cluster galera help' 'cluster galera help init' 'cluster galera help arbiter' 'cluster galera help recover' 'cluster galera help help' 'cluster fs' 'cluster fs init' 'cluster fs peers' 'cluster fs volume' 'cluster fs mount' 'cluster fs status' 'cluster fs help' 'cluster fs help init' 'cluster fs help peers' 'cluster fs help volume' 'cluster fs help mount' 'cluster fs help status' 'cluster fs help help' 'cluster help' 'cluster help status' 'cluster help crosscheck' 'cluster help primary' 'cluster help galera' 'cluster help galera init' 'cluster help galera arbiter' 'cluster help galera recover' 'cluster help fs' 'cluster help fs init' 'cluster help fs peers' 'cluster help fs volume' 'cluster help fs mount' 'cluster help fs status' 'cluster help help' 'maintenance' 'maintenance start' 'maintenance end' 'maintenance help' 'maintenance help start' 'maintenance help end' 'maintenance help help' 'config' 'config show' 'config help' 'config help show' 'config help help' 'db' 'db check' 'db sample' 'db help' 'db help check' 'db help sample' 'db help help' 'support' 'pair' 'pair leave' 'pair join' 'pair help' 'pair help leave' 'pair help join' 'pair help help' 'probe' 'leases' 'log' 'rollback' 'diff' 'docsis' 'docsis encode' 'docsis decode' 'docsis verify' 'docsis check' 'docsis describe' 'docsis diff' 'docsis help' 'docsis help encode' 'docsis help decode' 'docsis help verify' 'docsis help check' 'docsis help describe' 'docsis help diff' 'docsis help help' 'sync-ha-master-files' 'clean-up-slave' 'setup' 'setup master' 'setup slave' 'setup standalone' 'setup undo' 'setup hand-over' 'setup check' 'setup grants' 'setup cmts' 'setup icinga' 'setup pair' 'setup help' 'setup help master' 'setup help slave' 'setup help standalone' 'setup help undo' 'setup help hand-over' 'setup help check' 'setup help grants' 'setup help cmts' 'setup help icinga' 'setup help pair' 'setup help help' 'demo' 'completions' 'man' 'help' 'help dhcp' 'help dns' 'help time' 'help configfile' 'help rebuild' 'help watch' 'help adopt' 'help status' 'help status mute' 'help status unmute' 'help status pools' 'help status pair' 'help status db' 'help status drift' 'help status daemons' 'help status files' 'help explain' 'help failover' 'help failover state' 'help failover partner-down' 'help failover wait' 'help cluster' 'help cluster status' 'help cluster crosscheck' 'help cluster primary' 'help cluster galera' 'help cluster galera init' 'help cluster galera arbiter' 'help cluster galera recover' 'help cluster fs' 'help cluster fs init' 'help cluster fs peers' 'help cluster fs volume' 'help cluster fs mount' 'help cluster fs status' 'help maintenance' 'help maintenance start' 'help maintenance end' 'help config' 'help config show' 'help db' 'help db check' 'help db sample' 'help support' 'help pair' 'help pair leave' 'help pair join' 'help probe' 'help leases' 'help log' 'help rollback' 'help diff' 'help docsis' 'help docsis encode' 'help docsis decode' 'help docsis verify' 'help docsis check' 'help docsis describe' 'help docsis diff' 'help sync-ha-master-files' 'help clean-up-slave' 'help setup' 'help setup master' 'help setup slave' 'help setup standalone' 'help setup undo' 'help setup hand-over' 'help setup check' 'help setup grants' 'help setup cmts' 'help setup icinga' 'help setup pair' 'help demo' 'help completions' 'help man' 'help help'
set -g __provha_valued --allow --at --backup --color --db --dead --device --dialplan --digit-map --docsis --env-dir --for --form --format --hash --id --interface --keyfile --lock-wait --lose --max-quarantined-percent --max-removed-percent --mib-dir --other-user --out --out-dir --own --peer --peer-files --reason --restart-hold --role --root --rows --timeout --way --without

function __provha_read
    set -g __provha_path
    set -l skip 0
    for word in (commandline -opc)[2..-1]
        if test $skip = 1
            set skip 0
        else if contains -- $word $__provha_valued
            set skip 1
        else if not string match -q -- '-*' $word
            set -l longer $__provha_path $word
            contains -- "$longer" $__provha_commands
            or return
            set -g __provha_path $longer
        end
    end
end

# True if the line is at this command.
function __provha_at
    __provha_read
    test "$__provha_path" = "$argv"
end

complete -c provha -f
complete -c provha -n '__provha_at' -l env-dir -d 'Directory of the env files [default: /etc/nmsprime/env]' -r -F
complete -c provha -n '__provha_at' -l root -d 'Directory used in place of /, like DESTDIR' -r -F
complete -c provha -n '__provha_at' -l db -d 'Database: mysql://user@host[,host2][:port]/db, mysql:///db?socket=PATH or sqlite:PATH. Missing parts come from the DB_* keys' -r
complete -c provha -n '__provha_at' -l role -d 'Role of this machine; overrides PROVHA__OWN_STATE' -r -a 'master\\t\'Runs the GUI and writes the database; failover primary\' slave\\t\'Only reads the database; failover secondary\' standalone\\t\'One machine without a peer\''
complete -c provha -n '__provha_at' -l dry-run -d 'Check everything and list what would change, but change nothing'
complete -c provha -n '__provha_at' -l diff -d 'Like --dry-run, and show the changed lines'
complete -c provha -n '__provha_at' -l exit-code -d 'With --dry-run or --diff: exit with 10 if changes are pending'
complete -c provha -n '__provha_at' -l no-activate -d 'Write files, but restart no daemon and contact no host except the database'
complete -c provha -n '__provha_at' -l strict -d 'Refuse the run (exit 3) if there are findings'
complete -c provha -n '__provha_at' -l lock-wait -d 'Wait up to this long for another run to end' -r
complete -c provha -n '__provha_at' -l max-removed-percent -d 'Allow this run to remove up to this share of the live hosts' -r
complete -c provha -n '__provha_at' -l max-quarantined-percent -d 'Allow this run to leave out up to this share of the rows' -r
complete -c provha -n '__provha_at' -l allow-empty-pools -d 'Allow this run to remove pools that have active leases'
complete -c provha -n '__provha_at' -l allow -d 'Allow this run what the guard rails name, such as modems,leases' -r -a 'all\\t\'Everything below\' hosts\\t\'Hosts of all kinds\' modems\\t\'Hosts of modems\' mtas\\t\'Hosts of telephone adapters\' endpoints\\t\'Hosts of endpoints\' blocked\\t\'Modems whose customer devices get no address any more\' cmts\\t\'CMTS\' pools\\t\'Pools that vanish or answer nobody any more\' routers\\t\'Pools whose router changes\' leases\\t\'Active leases that no range holds any more\' access-lists\\t\'Access lists of named and chrony that become empty\' names\\t\'Names of devices that are still there\' files\\t\'Boot files that are removed\' no-file\\t\'Devices that have no valid boot file\' network-access\\t\'Boot files whose NetworkAccess becomes 0\' flows\\t\'Boot files that lose flows or rates\' settings\\t\'Boot files that lose a configfile\\\'s settings\' key-file\\t\'Boot files that are signed with another secret\''
complete -c provha -n '__provha_at' -l drain -d 'Let the leases of pools that shrank or are gone go on, but give no new ones there, until the last of them has ended'
complete -c provha -n '__provha_at' -l accept-older-database -d 'Make the database live although what is live was made of newer values'
complete -c provha -n '__provha_at' -l restart-hold -d 'Delay a restart of dhcpd up to this long while its failover peer does not serve [default: PROVHA__RESTART_HOLD]' -r
complete -c provha -n '__provha_at' -l reason -d 'Why this is done: kept with the generation or the mute' -r
complete -c provha -n '__provha_at' -l json -d 'Print the result as one JSON object on stdout'
complete -c provha -n '__provha_at' -l color -d 'Use colour' -r -a 'auto\\t\'On a terminal, unless `NO_COLOR` is set or TERM is dumb\' always\\t\'Always\' never\\t\'Never\''
complete -c provha -n '__provha_at' -s q -l quiet -d 'Print warnings and errors only'
complete -c provha -n '__provha_at' -s v -l verbose -d 'Print more details'
complete -c provha -n '__provha_at' -s h -l help -d 'Print help (see more with \'--help\')'
complete -c provha -n '__provha_at' -s V -l version -d 'Print version'
complete -c provha -n '__provha_at' -a dhcp -d 'Make /etc/dhcp-nmsprime and restart dhcpd if it changed'
complete -c provha -n '__provha_at dhcp' -l now -d 'Do not collect changes while this node serves alone: start dhcpd now'
complete -c provha -n '__provha_at dhcp' -l start-alone -d 'Enter a failover pair although the peer is away: nobody is served for 15 s, and after that only if the peer is proved dead'
complete -c provha -n '__provha_at dhcp' -l env-dir -d 'Directory of the env files [default: /etc/nmsprime/env]' -r -F
complete -c provha -n '__provha_at dhcp' -l root -d 'Directory used in place of /, like DESTDIR' -r -F
complete -c provha -n '__provha_at dhcp' -l db -d 'Database: mysql://user@host[,host2][:port]/db, mysql:///db?socket=PATH or sqlite:PATH. Missing parts come from the DB_* keys' -r
complete -c provha -n '__provha_at dhcp' -l role -d 'Role of this machine; overrides PROVHA__OWN_STATE' -r -a 'master\\t\'Runs the GUI and writes the database; failover primary\' slave\\t\'Only reads the database; failover secondary\' standalone\\t\'One machine without a peer\''
complete -c provha -n '__provha_at dhcp' -l dry-run -d 'Check everything and list what would change, but change nothing'
complete -c provha -n '__provha_at dhcp' -l diff -d 'Like --dry-run, and show the changed lines'
complete -c provha -n '__provha_at dhcp' -l exit-code -d 'With --dry-run or --diff: exit with 10 if changes are pending'
complete -c provha -n '__provha_at dhcp' -l no-activate -d 'Write files, but restart no daemon and contact no host except the database'
complete -c provha -n '__provha_at dhcp' -l strict -d 'Refuse the run (exit 3) if there are findings'
complete -c provha -n '__provha_at dhcp' -l lock-wait -d 'Wait up to this long for another run to end' -r
complete -c provha -n '__provha_at dhcp' -l max-removed-percent -d 'Allow this run to remove up to this share of the live hosts' -r
complete -c provha -n '__provha_at dhcp' -l max-quarantined-percent -d 'Allow this run to leave out up to this share of the rows' -r
complete -c provha -n '__provha_at dhcp' -l allow-empty-pools -d 'Allow this run to remove pools that have active leases'
complete -c provha -n '__provha_at dhcp' -l allow -d 'Allow this run what the guard rails name, such as modems,leases' -r -a 'all\\t\'Everything below\' hosts\\t\'Hosts of all kinds\' modems\\t\'Hosts of modems\' mtas\\t\'Hosts of telephone adapters\' endpoints\\t\'Hosts of endpoints\' blocked\\t\'Modems whose customer devices get no address any more\' cmts\\t\'CMTS\' pools\\t\'Pools that vanish or answer nobody any more\' routers\\t\'Pools whose router changes\' leases\\t\'Active leases that no range holds any more\' access-lists\\t\'Access lists of named and chrony that become empty\' names\\t\'Names of devices that are still there\' files\\t\'Boot files that are removed\' no-file\\t\'Devices that have no valid boot file\' network-access\\t\'Boot files whose NetworkAccess becomes 0\' flows\\t\'Boot files that lose flows or rates\' settings\\t\'Boot files that lose a configfile\\\'s settings\' key-file\\t\'Boot files that are signed with another secret\''
complete -c provha -n '__provha_at dhcp' -l drain -d 'Let the leases of pools that shrank or are gone go on, but give no new ones there, until the last of them has ended'
complete -c provha -n '__provha_at dhcp' -l accept-older-database -d 'Make the database live although what is live was made of newer values'
complete -c provha -n '__provha_at dhcp' -l restart-hold -d 'Delay a restart of dhcpd up to this long while its failover peer does not serve [default: PROVHA__RESTART_HOLD]' -r
complete -c provha -n '__provha_at dhcp' -l reason -d 'Why this is done: kept with the generation or the mute' -r
complete -c provha -n '__provha_at dhcp' -l json -d 'Print the result as one JSON object on stdout'
complete -c provha -n '__provha_at dhcp' -l color -d 'Use colour' -r -a 'auto\\t\'On a terminal, unless `NO_COLOR` is set or TERM is dumb\' always\\t\'Always\' never\\t\'Never\''
complete -c provha -n '__provha_at dhcp' -s q -l quiet -d 'Print warnings and errors only'
complete -c provha -n '__provha_at dhcp' -s v -l verbose -d 'Print more details'
complete -c provha -n '__provha_at dhcp' -s h -l help -d 'Print help (see more with \'--help\')'
complete -c provha -n '__provha_at' -a dns -d 'Make named\'s configuration and update its zones'
complete -c provha -n '__provha_at dns' -l env-dir -d 'Directory of the env files [default: /etc/nmsprime/env]' -r -F
complete -c provha -n '__provha_at dns' -l root -d 'Directory used in place of /, like DESTDIR' -r -F
complete -c provha -n '__provha_at dns' -l db -d 'Database: mysql://user@host[,host2][:port]/db, mysql:///db?socket=PATH or sqlite:PATH. Missing parts come from the DB_* keys' -r
complete -c provha -n '__provha_at dns' -l role -d 'Role of this machine; overrides PROVHA__OWN_STATE' -r -a 'master\\t\'Runs the GUI and writes the database; failover primary\' slave\\t\'Only reads the database; failover secondary\' standalone\\t\'One machine without a peer\''
complete -c provha -n '__provha_at dns' -l dry-run -d 'Check everything and list what would change, but change nothing'
complete -c provha -n '__provha_at dns' -l diff -d 'Like --dry-run, and show the changed lines'
complete -c provha -n '__provha_at dns' -l exit-code -d 'With --dry-run or --diff: exit with 10 if changes are pending'
complete -c provha -n '__provha_at dns' -l no-activate -d 'Write files, but restart no daemon and contact no host except the database'
complete -c provha -n '__provha_at dns' -l strict -d 'Refuse the run (exit 3) if there are findings'
complete -c provha -n '__provha_at dns' -l lock-wait -d 'Wait up to this long for another run to end' -r
complete -c provha -n '__provha_at dns' -l max-removed-percent -d 'Allow this run to remove up to this share of the live hosts' -r
complete -c provha -n '__provha_at dns' -l max-quarantined-percent -d 'Allow this run to leave out up to this share of the rows' -r
complete -c provha -n '__provha_at dns' -l allow-empty-pools -d 'Allow this run to remove pools that have active leases'
complete -c provha -n '__provha_at dns' -l allow -d 'Allow this run what the guard rails name, such as modems,leases' -r -a 'all\\t\'Everything below\' hosts\\t\'Hosts of all kinds\' modems\\t\'Hosts of modems\' mtas\\t\'Hosts of telephone adapters\' endpoints\\t\'Hosts of endpoints\' blocked\\t\'Modems whose customer devices get no address any more\' cmts\\t\'CMTS\' pools\\t\'Pools that vanish or answer nobody any more\' routers\\t\'Pools whose router changes\' leases\\t\'Active leases that no range holds any more\' access-lists\\t\'Access lists of named and chrony that become empty\' names\\t\'Names of devices that are still there\' files\\t\'Boot files that are removed\' no-file\\t\'Devices that have no valid boot file\' network-access\\t\'Boot files whose NetworkAccess becomes 0\' flows\\t\'Boot files that lose flows or rates\' settings\\t\'Boot files that lose a configfile\\\'s settings\' key-file\\t\'Boot files that are signed with another secret\''
complete -c provha -n '__provha_at dns' -l drain -d 'Let the leases of pools that shrank or are gone go on, but give no new ones there, until the last of them has ended'
complete -c provha -n '__provha_at dns' -l accept-older-database -d 'Make the database live although what is live was made of newer values'
complete -c provha -n '__provha_at dns' -l reason -d 'Why this is done: kept with the generation or the mute' -r
complete -c provha -n '__provha_at dns' -l json -d 'Print the result as one JSON object on stdout'
complete -c provha -n '__provha_at dns' -l color -d 'Use colour' -r -a 'auto\\t\'On a terminal, unless `NO_COLOR` is set or TERM is dumb\' always\\t\'Always\' never\\t\'Never\''
complete -c provha -n '__provha_at dns' -s q -l quiet -d 'Print warnings and errors only'
complete -c provha -n '__provha_at dns' -s v -l verbose -d 'Print more details'
complete -c provha -n '__provha_at dns' -s h -l help -d 'Print help (see more with \'--help\')'
complete -c provha -n '__provha_at' -a time -d 'Make the configuration of chrony and of the time service on UDP port 37'
complete -c provha -n '__provha_at time' -l env-dir -d 'Directory of the env files [default: /etc/nmsprime/env]' -r -F
complete -c provha -n '__provha_at time' -l root -d 'Directory used in place of /, like DESTDIR' -r -F
complete -c provha -n '__provha_at time' -l db -d 'Database: mysql://user@host[,host2][:port]/db, mysql:///db?socket=PATH or sqlite:PATH. Missing parts come from the DB_* keys' -r
complete -c provha -n '__provha_at time' -l role -d 'Role of this machine; overrides PROVHA__OWN_STATE' -r -a 'master\\t\'Runs the GUI and writes the database; failover primary\' slave\\t\'Only reads the database; failover secondary\' standalone\\t\'One machine without a peer\''
complete -c provha -n '__provha_at time' -l dry-run -d 'Check everything and list what would change, but change nothing'
complete -c provha -n '__provha_at time' -l diff -d 'Like --dry-run, and show the changed lines'
complete -c provha -n '__provha_at time' -l exit-code -d 'With --dry-run or --diff: exit with 10 if changes are pending'
complete -c provha -n '__provha_at time' -l no-activate -d 'Write files, but restart no daemon and contact no host except the database'
complete -c provha -n '__provha_at time' -l strict -d 'Refuse the run (exit 3) if there are findings'
complete -c provha -n '__provha_at time' -l lock-wait -d 'Wait up to this long for another run to end' -r
complete -c provha -n '__provha_at time' -l max-removed-percent -d 'Allow this run to remove up to this share of the live hosts' -r
complete -c provha -n '__provha_at time' -l max-quarantined-percent -d 'Allow this run to leave out up to this share of the rows' -r
complete -c provha -n '__provha_at time' -l allow-empty-pools -d 'Allow this run to remove pools that have active leases'
complete -c provha -n '__provha_at time' -l allow -d 'Allow this run what the guard rails name, such as modems,leases' -r -a 'all\\t\'Everything below\' hosts\\t\'Hosts of all kinds\' modems\\t\'Hosts of modems\' mtas\\t\'Hosts of telephone adapters\' endpoints\\t\'Hosts of endpoints\' blocked\\t\'Modems whose customer devices get no address any more\' cmts\\t\'CMTS\' pools\\t\'Pools that vanish or answer nobody any more\' routers\\t\'Pools whose router changes\' leases\\t\'Active leases that no range holds any more\' access-lists\\t\'Access lists of named and chrony that become empty\' names\\t\'Names of devices that are still there\' files\\t\'Boot files that are removed\' no-file\\t\'Devices that have no valid boot file\' network-access\\t\'Boot files whose NetworkAccess becomes 0\' flows\\t\'Boot files that lose flows or rates\' settings\\t\'Boot files that lose a configfile\\\'s settings\' key-file\\t\'Boot files that are signed with another secret\''
complete -c provha -n '__provha_at time' -l drain -d 'Let the leases of pools that shrank or are gone go on, but give no new ones there, until the last of them has ended'
complete -c provha -n '__provha_at time' -l accept-older-database -d 'Make the database live although what is live was made of newer values'
complete -c provha -n '__provha_at time' -l reason -d 'Why this is done: kept with the generation or the mute' -r
complete -c provha -n '__provha_at time' -l json -d 'Print the result as one JSON object on stdout'
complete -c provha -n '__provha_at time' -l color -d 'Use colour' -r -a 'auto\\t\'On a terminal, unless `NO_COLOR` is set or TERM is dumb\' always\\t\'Always\' never\\t\'Never\''
complete -c provha -n '__provha_at time' -s q -l quiet -d 'Print warnings and errors only'
complete -c provha -n '__provha_at time' -s v -l verbose -d 'Print more details'
complete -c provha -n '__provha_at time' -s h -l help -d 'Print help (see more with \'--help\')'
complete -c provha -n '__provha_at' -a configfile -d 'Make the files of modems and telephone adapters in /tftpboot'
complete -c provha -n '__provha_at configfile' -a 'cm\\t\'Cable modems\' mta\\t\'Telephone adapters\''
complete -c provha -n '__provha_at configfile' -l id -d 'Only the device with this id; may be repeated' -r
complete -c provha -n '__provha_at configfile' -l full -d 'Make every file, even if its input did not change'
complete -c provha -n '__provha_at configfile' -l device -d 'With --diff: show in full only the changes of the device with this id; may be repeated' -r
complete -c provha -n '__provha_at configfile' -l env-dir -d 'Directory of the env files [default: /etc/nmsprime/env]' -r -F
complete -c provha -n '__provha_at configfile' -l root -d 'Directory used in place of /, like DESTDIR' -r -F
complete -c provha -n '__provha_at configfile' -l db -d 'Database: mysql://user@host[,host2][:port]/db, mysql:///db?socket=PATH or sqlite:PATH. Missing parts come from the DB_* keys' -r
complete -c provha -n '__provha_at configfile' -l role -d 'Role of this machine; overrides PROVHA__OWN_STATE' -r -a 'master\\t\'Runs the GUI and writes the database; failover primary\' slave\\t\'Only reads the database; failover secondary\' standalone\\t\'One machine without a peer\''
complete -c provha -n '__provha_at configfile' -l dry-run -d 'Check everything and list what would change, but change nothing'
complete -c provha -n '__provha_at configfile' -l diff -d 'Like --dry-run, and show the changed lines'
complete -c provha -n '__provha_at configfile' -l exit-code -d 'With --dry-run or --diff: exit with 10 if changes are pending'
complete -c provha -n '__provha_at configfile' -l no-activate -d 'Write files, but restart no daemon and contact no host except the database'
complete -c provha -n '__provha_at configfile' -l strict -d 'Refuse the run (exit 3) if there are findings'
complete -c provha -n '__provha_at configfile' -l lock-wait -d 'Wait up to this long for another run to end' -r
complete -c provha -n '__provha_at configfile' -l max-removed-percent -d 'Allow this run to remove up to this share of the live hosts' -r
complete -c provha -n '__provha_at configfile' -l max-quarantined-percent -d 'Allow this run to leave out up to this share of the rows' -r
complete -c provha -n '__provha_at configfile' -l allow -d 'Allow this run what the guard rails name, such as modems,leases' -r -a 'all\\t\'Everything below\' hosts\\t\'Hosts of all kinds\' modems\\t\'Hosts of modems\' mtas\\t\'Hosts of telephone adapters\' endpoints\\t\'Hosts of endpoints\' blocked\\t\'Modems whose customer devices get no address any more\' cmts\\t\'CMTS\' pools\\t\'Pools that vanish or answer nobody any more\' routers\\t\'Pools whose router changes\' leases\\t\'Active leases that no range holds any more\' access-lists\\t\'Access lists of named and chrony that become empty\' names\\t\'Names of devices that are still there\' files\\t\'Boot files that are removed\' no-file\\t\'Devices that have no valid boot file\' network-access\\t\'Boot files whose NetworkAccess becomes 0\' flows\\t\'Boot files that lose flows or rates\' settings\\t\'Boot files that lose a configfile\\\'s settings\' key-file\\t\'Boot files that are signed with another secret\''
complete -c provha -n '__provha_at configfile' -l accept-older-database -d 'Make the database live although what is live was made of newer values'
complete -c provha -n '__provha_at configfile' -l reason -d 'Why this is done: kept with the generation or the mute' -r
complete -c provha -n '__provha_at configfile' -l json -d 'Print the result as one JSON object on stdout'
complete -c provha -n '__provha_at configfile' -l color -d 'Use colour' -r -a 'auto\\t\'On a terminal, unless `NO_COLOR` is set or TERM is dumb\' always\\t\'Always\' never\\t\'Never\''
complete -c provha -n '__provha_at configfile' -s q -l quiet -d 'Print warnings and errors only'
complete -c provha -n '__provha_at configfile' -s v -l verbose -d 'Print more details'
complete -c provha -n '__provha_at configfile' -s h -l help -d 'Print help (see more with \'--help\')'
complete -c provha -n '__provha_at' -a rebuild -d 'Update every output whose input changed (run by the timer)'
complete -c provha -n '__provha_at rebuild' -l force -d 'Make everything, even if its input did not change'
complete -c provha -n '__provha_at rebuild' -l device -d 'With --diff: show in full only the changes of the device with this id; may be repeated' -r
complete -c provha -n '__provha_at rebuild' -l env-dir -d 'Directory of the env files [default: /etc/nmsprime/env]' -r -F
complete -c provha -n '__provha_at rebuild' -l root -d 'Directory used in place of /, like DESTDIR' -r -F
complete -c provha -n '__provha_at rebuild' -l db -d 'Database: mysql://user@host[,host2][:port]/db, mysql:///db?socket=PATH or sqlite:PATH. Missing parts come from the DB_* keys' -r
complete -c provha -n '__provha_at rebuild' -l role -d 'Role of this machine; overrides PROVHA__OWN_STATE' -r -a 'master\\t\'Runs the GUI and writes the database; failover primary\' slave\\t\'Only reads the database; failover secondary\' standalone\\t\'One machine without a peer\''
complete -c provha -n '__provha_at rebuild' -l dry-run -d 'Check everything and list what would change, but change nothing'
complete -c provha -n '__provha_at rebuild' -l diff -d 'Like --dry-run, and show the changed lines'
complete -c provha -n '__provha_at rebuild' -l exit-code -d 'With --dry-run or --diff: exit with 10 if changes are pending'
complete -c provha -n '__provha_at rebuild' -l no-activate -d 'Write files, but restart no daemon and contact no host except the database'
complete -c provha -n '__provha_at rebuild' -l strict -d 'Refuse the run (exit 3) if there are findings'
complete -c provha -n '__provha_at rebuild' -l lock-wait -d 'Wait up to this long for another run to end' -r
complete -c provha -n '__provha_at rebuild' -l max-removed-percent -d 'Allow this run to remove up to this share of the live hosts' -r
complete -c provha -n '__provha_at rebuild' -l max-quarantined-percent -d 'Allow this run to leave out up to this share of the rows' -r
complete -c provha -n '__provha_at rebuild' -l allow-empty-pools -d 'Allow this run to remove pools that have active leases'
complete -c provha -n '__provha_at rebuild' -l allow -d 'Allow this run what the guard rails name, such as modems,leases' -r -a 'all\\t\'Everything below\' hosts\\t\'Hosts of all kinds\' modems\\t\'Hosts of modems\' mtas\\t\'Hosts of telephone adapters\' endpoints\\t\'Hosts of endpoints\' blocked\\t\'Modems whose customer devices get no address any more\' cmts\\t\'CMTS\' pools\\t\'Pools that vanish or answer nobody any more\' routers\\t\'Pools whose router changes\' leases\\t\'Active leases that no range holds any more\' access-lists\\t\'Access lists of named and chrony that become empty\' names\\t\'Names of devices that are still there\' files\\t\'Boot files that are removed\' no-file\\t\'Devices that have no valid boot file\' network-access\\t\'Boot files whose NetworkAccess becomes 0\' flows\\t\'Boot files that lose flows or rates\' settings\\t\'Boot files that lose a configfile\\\'s settings\' key-file\\t\'Boot files that are signed with another secret\''
complete -c provha -n '__provha_at rebuild' -l drain -d 'Let the leases of pools that shrank or are gone go on, but give no new ones there, until the last of them has ended'
complete -c provha -n '__provha_at rebuild' -l accept-older-database -d 'Make the database live although what is live was made of newer values'
complete -c provha -n '__provha_at rebuild' -l restart-hold -d 'Delay a restart of dhcpd up to this long while its failover peer does not serve [default: PROVHA__RESTART_HOLD]' -r
complete -c provha -n '__provha_at rebuild' -l reason -d 'Why this is done: kept with the generation or the mute' -r
complete -c provha -n '__provha_at rebuild' -l json -d 'Print the result as one JSON object on stdout'
complete -c provha -n '__provha_at rebuild' -l color -d 'Use colour' -r -a 'auto\\t\'On a terminal, unless `NO_COLOR` is set or TERM is dumb\' always\\t\'Always\' never\\t\'Never\''
complete -c provha -n '__provha_at rebuild' -s q -l quiet -d 'Print warnings and errors only'
complete -c provha -n '__provha_at rebuild' -s v -l verbose -d 'Print more details'
complete -c provha -n '__provha_at rebuild' -s h -l help -d 'Print help (see more with \'--help\')'
complete -c provha -n '__provha_at' -a watch -d 'Follow the database and update outputs within a second or two'
complete -c provha -n '__provha_at watch' -l env-dir -d 'Directory of the env files [default: /etc/nmsprime/env]' -r -F
complete -c provha -n '__provha_at watch' -l root -d 'Directory used in place of /, like DESTDIR' -r -F
complete -c provha -n '__provha_at watch' -l db -d 'Database: mysql://user@host[,host2][:port]/db, mysql:///db?socket=PATH or sqlite:PATH. Missing parts come from the DB_* keys' -r
complete -c provha -n '__provha_at watch' -l role -d 'Role of this machine; overrides PROVHA__OWN_STATE' -r -a 'master\\t\'Runs the GUI and writes the database; failover primary\' slave\\t\'Only reads the database; failover secondary\' standalone\\t\'One machine without a peer\''
complete -c provha -n '__provha_at watch' -l no-activate -d 'Write files, but restart no daemon and contact no host except the database'
complete -c provha -n '__provha_at watch' -l strict -d 'Refuse the run (exit 3) if there are findings'
complete -c provha -n '__provha_at watch' -l lock-wait -d 'Wait up to this long for another run to end' -r
complete -c provha -n '__provha_at watch' -l max-removed-percent -d 'Allow this run to remove up to this share of the live hosts' -r
complete -c provha -n '__provha_at watch' -l max-quarantined-percent -d 'Allow this run to leave out up to this share of the rows' -r
complete -c provha -n '__provha_at watch' -l allow-empty-pools -d 'Allow this run to remove pools that have active leases'
complete -c provha -n '__provha_at watch' -l allow -d 'Allow this run what the guard rails name, such as modems,leases' -r -a 'all\\t\'Everything below\' hosts\\t\'Hosts of all kinds\' modems\\t\'Hosts of modems\' mtas\\t\'Hosts of telephone adapters\' endpoints\\t\'Hosts of endpoints\' blocked\\t\'Modems whose customer devices get no address any more\' cmts\\t\'CMTS\' pools\\t\'Pools that vanish or answer nobody any more\' routers\\t\'Pools whose router changes\' leases\\t\'Active leases that no range holds any more\' access-lists\\t\'Access lists of named and chrony that become empty\' names\\t\'Names of devices that are still there\' files\\t\'Boot files that are removed\' no-file\\t\'Devices that have no valid boot file\' network-access\\t\'Boot files whose NetworkAccess becomes 0\' flows\\t\'Boot files that lose flows or rates\' settings\\t\'Boot files that lose a configfile\\\'s settings\' key-file\\t\'Boot files that are signed with another secret\''
complete -c provha -n '__provha_at watch' -l drain -d 'Let the leases of pools that shrank or are gone go on, but give no new ones there, until the last of them has ended'
complete -c provha -n '__provha_at watch' -l restart-hold -d 'Delay a restart of dhcpd up to this long while its failover peer does not serve [default: PROVHA__RESTART_HOLD]' -r
complete -c provha -n '__provha_at watch' -l color -d 'Use colour' -r -a 'auto\\t\'On a terminal, unless `NO_COLOR` is set or TERM is dumb\' always\\t\'Always\' never\\t\'Never\''
complete -c provha -n '__provha_at watch' -s q -l quiet -d 'Print warnings and errors only'
complete -c provha -n '__provha_at watch' -s v -l verbose -d 'Print more details'
complete -c provha -n '__provha_at watch' -s h -l help -d 'Print help (see more with \'--help\')'
complete -c provha -n '__provha_at' -a adopt -d 'Compare the live files of the existing system with what provha would write; nothing is written'
complete -c provha -n '__provha_at adopt' -l env-dir -d 'Directory of the env files [default: /etc/nmsprime/env]' -r -F
complete -c provha -n '__provha_at adopt' -l root -d 'Directory used in place of /, like DESTDIR' -r -F
complete -c provha -n '__provha_at adopt' -l db -d 'Database: mysql://user@host[,host2][:port]/db, mysql:///db?socket=PATH or sqlite:PATH. Missing parts come from the DB_* keys' -r
complete -c provha -n '__provha_at adopt' -l role -d 'Role of this machine; overrides PROVHA__OWN_STATE' -r -a 'master\\t\'Runs the GUI and writes the database; failover primary\' slave\\t\'Only reads the database; failover secondary\' standalone\\t\'One machine without a peer\''
complete -c provha -n '__provha_at adopt' -l exit-code -d 'With --dry-run or --diff: exit with 10 if changes are pending'
complete -c provha -n '__provha_at adopt' -l json -d 'Print the result as one JSON object on stdout'
complete -c provha -n '__provha_at adopt' -l color -d 'Use colour' -r -a 'auto\\t\'On a terminal, unless `NO_COLOR` is set or TERM is dumb\' always\\t\'Always\' never\\t\'Never\''
complete -c provha -n '__provha_at adopt' -s q -l quiet -d 'Print warnings and errors only'
complete -c provha -n '__provha_at adopt' -s v -l verbose -d 'Print more details'
complete -c provha -n '__provha_at adopt' -s h -l help -d 'Print help (see more with \'--help\')'
complete -c provha -n '__provha_at' -a status -d 'Show this machine\'s state: database, daemons, failover pair, boot files'
complete -c provha -n '__provha_at status' -l format -d 'Output format [default: human]' -r -a 'human\\t\'Root causes first, then one line per check, for people\' icinga\\t\'Monitoring plugin: Icinga, Nagios, Naemon\' prometheus\\t\'Prometheus text format\' manifest\\t\'Hashes of what this node serves: what its peer compares\''
complete -c provha -n '__provha_at status' -l deep -d 'Decode every boot file as well; slow with many devices'
complete -c provha -n '__provha_at status' -l watch -d 'Redraw the whole screen every two seconds; q quits'
complete -c provha -n '__provha_at status' -l env-dir -d 'Directory of the env files [default: /etc/nmsprime/env]' -r -F
complete -c provha -n '__provha_at status' -l root -d 'Directory used in place of /, like DESTDIR' -r -F
complete -c provha -n '__provha_at status' -l db -d 'Database: mysql://user@host[,host2][:port]/db, mysql:///db?socket=PATH or sqlite:PATH. Missing parts come from the DB_* keys' -r
complete -c provha -n '__provha_at status' -l role -d 'Role of this machine; overrides PROVHA__OWN_STATE' -r -a 'master\\t\'Runs the GUI and writes the database; failover primary\' slave\\t\'Only reads the database; failover secondary\' standalone\\t\'One machine without a peer\''
complete -c provha -n '__provha_at status' -l no-activate -d 'Write files, but restart no daemon and contact no host except the database'
complete -c provha -n '__provha_at status' -l strict -d 'Refuse the run (exit 3) if there are findings'
complete -c provha -n '__provha_at status' -l json -d 'Print the result as one JSON object on stdout'
complete -c provha -n '__provha_at status' -l color -d 'Use colour' -r -a 'auto\\t\'On a terminal, unless `NO_COLOR` is set or TERM is dumb\' always\\t\'Always\' never\\t\'Never\''
complete -c provha -n '__provha_at status' -s q -l quiet -d 'Print warnings and errors only'
complete -c provha -n '__provha_at status' -s v -l verbose -d 'Print more details'
complete -c provha -n '__provha_at status' -s h -l help -d 'Print help (see more with \'--help\')'
complete -c provha -n '__provha_at status' -a mute -d 'Keep a finding from counting for a while'
complete -c provha -n '__provha_at status mute' -l for -d 'For how long: a number with s, m, h or d; up to 30d' -r
complete -c provha -n '__provha_at status mute' -l env-dir -d 'Directory of the env files [default: /etc/nmsprime/env]' -r -F
complete -c provha -n '__provha_at status mute' -l root -d 'Directory used in place of /, like DESTDIR' -r -F
complete -c provha -n '__provha_at status mute' -l db -d 'Database: mysql://user@host[,host2][:port]/db, mysql:///db?socket=PATH or sqlite:PATH. Missing parts come from the DB_* keys' -r
complete -c provha -n '__provha_at status mute' -l role -d 'Role of this machine; overrides PROVHA__OWN_STATE' -r -a 'master\\t\'Runs the GUI and writes the database; failover primary\' slave\\t\'Only reads the database; failover secondary\' standalone\\t\'One machine without a peer\''
complete -c provha -n '__provha_at status mute' -l reason -d 'Why this is done: kept with the generation or the mute' -r
complete -c provha -n '__provha_at status mute' -l json -d 'Print the result as one JSON object on stdout'
complete -c provha -n '__provha_at status mute' -l color -d 'Use colour' -r -a 'auto\\t\'On a terminal, unless `NO_COLOR` is set or TERM is dumb\' always\\t\'Always\' never\\t\'Never\''
complete -c provha -n '__provha_at status mute' -s q -l quiet -d 'Print warnings and errors only'
complete -c provha -n '__provha_at status mute' -s v -l verbose -d 'Print more details'
complete -c provha -n '__provha_at status mute' -s h -l help -d 'Print help (see more with \'--help\')'
complete -c provha -n '__provha_at status' -a unmute -d 'Let a finding count again'
complete -c provha -n '__provha_at status unmute' -l env-dir -d 'Directory of the env files [default: /etc/nmsprime/env]' -r -F
complete -c provha -n '__provha_at status unmute' -l root -d 'Directory used in place of /, like DESTDIR' -r -F
complete -c provha -n '__provha_at status unmute' -l db -d 'Database: mysql://user@host[,host2][:port]/db, mysql:///db?socket=PATH or sqlite:PATH. Missing parts come from the DB_* keys' -r
complete -c provha -n '__provha_at status unmute' -l role -d 'Role of this machine; overrides PROVHA__OWN_STATE' -r -a 'master\\t\'Runs the GUI and writes the database; failover primary\' slave\\t\'Only reads the database; failover secondary\' standalone\\t\'One machine without a peer\''
complete -c provha -n '__provha_at status unmute' -l json -d 'Print the result as one JSON object on stdout'
complete -c provha -n '__provha_at status unmute' -l color -d 'Use colour' -r -a 'auto\\t\'On a terminal, unless `NO_COLOR` is set or TERM is dumb\' always\\t\'Always\' never\\t\'Never\''
complete -c provha -n '__provha_at status unmute' -s q -l quiet -d 'Print warnings and errors only'
complete -c provha -n '__provha_at status unmute' -s v -l verbose -d 'Print more details'
complete -c provha -n '__provha_at status unmute' -s h -l help -d 'Print help (see more with \'--help\')'
complete -c provha -n '__provha_at status' -a pools -d 'Address pools, with a table'
complete -c provha -n '__provha_at status pools' -l format -d 'Output format [default: human]' -r -a 'human\\t\'Root causes first, then one line per check, for people\' icinga\\t\'Monitoring plugin: Icinga, Nagios, Naemon\' prometheus\\t\'Prometheus text format\' manifest\\t\'Hashes of what this node serves: what its peer compares\''
complete -c provha -n '__provha_at status pools' -l deep -d 'Decode every boot file as well; slow with many devices'
complete -c provha -n '__provha_at status pools' -l watch -d 'Redraw the whole screen every two seconds; q quits'
complete -c provha -n '__provha_at status pools' -l env-dir -d 'Directory of the env files [default: /etc/nmsprime/env]' -r -F
complete -c provha -n '__provha_at status pools' -l root -d 'Directory used in place of /, like DESTDIR' -r -F
complete -c provha -n '__provha_at status pools' -l db -d 'Database: mysql://user@host[,host2][:port]/db, mysql:///db?socket=PATH or sqlite:PATH. Missing parts come from the DB_* keys' -r
complete -c provha -n '__provha_at status pools' -l role -d 'Role of this machine; overrides PROVHA__OWN_STATE' -r -a 'master\\t\'Runs the GUI and writes the database; failover primary\' slave\\t\'Only reads the database; failover secondary\' standalone\\t\'One machine without a peer\''
complete -c provha -n '__provha_at status pools' -l no-activate -d 'Write files, but restart no daemon and contact no host except the database'
complete -c provha -n '__provha_at status pools' -l strict -d 'Refuse the run (exit 3) if there are findings'
complete -c provha -n '__provha_at status pools' -l json -d 'Print the result as one JSON object on stdout'
complete -c provha -n '__provha_at status pools' -l color -d 'Use colour' -r -a 'auto\\t\'On a terminal, unless `NO_COLOR` is set or TERM is dumb\' always\\t\'Always\' never\\t\'Never\''
complete -c provha -n '__provha_at status pools' -s q -l quiet -d 'Print warnings and errors only'
complete -c provha -n '__provha_at status pools' -s v -l verbose -d 'Print more details'
complete -c provha -n '__provha_at status pools' -s h -l help -d 'Print help (see more with \'--help\')'
complete -c provha -n '__provha_at status' -a pair -d 'Failover pair, clocks, what waits'
complete -c provha -n '__provha_at status pair' -l format -d 'Output format [default: human]' -r -a 'human\\t\'Root causes first, then one line per check, for people\' icinga\\t\'Monitoring plugin: Icinga, Nagios, Naemon\' prometheus\\t\'Prometheus text format\' manifest\\t\'Hashes of what this node serves: what its peer compares\''
complete -c provha -n '__provha_at status pair' -l deep -d 'Decode every boot file as well; slow with many devices'
complete -c provha -n '__provha_at status pair' -l watch -d 'Redraw the whole screen every two seconds; q quits'
complete -c provha -n '__provha_at status pair' -l env-dir -d 'Directory of the env files [default: /etc/nmsprime/env]' -r -F
complete -c provha -n '__provha_at status pair' -l root -d 'Directory used in place of /, like DESTDIR' -r -F
complete -c provha -n '__provha_at status pair' -l db -d 'Database: mysql://user@host[,host2][:port]/db, mysql:///db?socket=PATH or sqlite:PATH. Missing parts come from the DB_* keys' -r
complete -c provha -n '__provha_at status pair' -l role -d 'Role of this machine; overrides PROVHA__OWN_STATE' -r -a 'master\\t\'Runs the GUI and writes the database; failover primary\' slave\\t\'Only reads the database; failover secondary\' standalone\\t\'One machine without a peer\''
complete -c provha -n '__provha_at status pair' -l no-activate -d 'Write files, but restart no daemon and contact no host except the database'
complete -c provha -n '__provha_at status pair' -l strict -d 'Refuse the run (exit 3) if there are findings'
complete -c provha -n '__provha_at status pair' -l json -d 'Print the result as one JSON object on stdout'
complete -c provha -n '__provha_at status pair' -l color -d 'Use colour' -r -a 'auto\\t\'On a terminal, unless `NO_COLOR` is set or TERM is dumb\' always\\t\'Always\' never\\t\'Never\''
complete -c provha -n '__provha_at status pair' -s q -l quiet -d 'Print warnings and errors only'
complete -c provha -n '__provha_at status pair' -s v -l verbose -d 'Print more details'
complete -c provha -n '__provha_at status pair' -s h -l help -d 'Print help (see more with \'--help\')'
complete -c provha -n '__provha_at status' -a db -d 'Database, role, last rebuild, lock'
complete -c provha -n '__provha_at status db' -l format -d 'Output format [default: human]' -r -a 'human\\t\'Root causes first, then one line per check, for people\' icinga\\t\'Monitoring plugin: Icinga, Nagios, Naemon\' prometheus\\t\'Prometheus text format\' manifest\\t\'Hashes of what this node serves: what its peer compares\''
complete -c provha -n '__provha_at status db' -l deep -d 'Decode every boot file as well; slow with many devices'
complete -c provha -n '__provha_at status db' -l watch -d 'Redraw the whole screen every two seconds; q quits'
complete -c provha -n '__provha_at status db' -l env-dir -d 'Directory of the env files [default: /etc/nmsprime/env]' -r -F
complete -c provha -n '__provha_at status db' -l root -d 'Directory used in place of /, like DESTDIR' -r -F
complete -c provha -n '__provha_at status db' -l db -d 'Database: mysql://user@host[,host2][:port]/db, mysql:///db?socket=PATH or sqlite:PATH. Missing parts come from the DB_* keys' -r
complete -c provha -n '__provha_at status db' -l role -d 'Role of this machine; overrides PROVHA__OWN_STATE' -r -a 'master\\t\'Runs the GUI and writes the database; failover primary\' slave\\t\'Only reads the database; failover secondary\' standalone\\t\'One machine without a peer\''
complete -c provha -n '__provha_at status db' -l no-activate -d 'Write files, but restart no daemon and contact no host except the database'
complete -c provha -n '__provha_at status db' -l strict -d 'Refuse the run (exit 3) if there are findings'
complete -c provha -n '__provha_at status db' -l json -d 'Print the result as one JSON object on stdout'
complete -c provha -n '__provha_at status db' -l color -d 'Use colour' -r -a 'auto\\t\'On a terminal, unless `NO_COLOR` is set or TERM is dumb\' always\\t\'Always\' never\\t\'Never\''
complete -c provha -n '__provha_at status db' -s q -l quiet -d 'Print warnings and errors only'
complete -c provha -n '__provha_at status db' -s v -l verbose -d 'Print more details'
complete -c provha -n '__provha_at status db' -s h -l help -d 'Print help (see more with \'--help\')'
complete -c provha -n '__provha_at status' -a drift -d 'Files changed by others, and who else writes them'
complete -c provha -n '__provha_at status drift' -l format -d 'Output format [default: human]' -r -a 'human\\t\'Root causes first, then one line per check, for people\' icinga\\t\'Monitoring plugin: Icinga, Nagios, Naemon\' prometheus\\t\'Prometheus text format\' manifest\\t\'Hashes of what this node serves: what its peer compares\''
complete -c provha -n '__provha_at status drift' -l deep -d 'Decode every boot file as well; slow with many devices'
complete -c provha -n '__provha_at status drift' -l watch -d 'Redraw the whole screen every two seconds; q quits'
complete -c provha -n '__provha_at status drift' -l env-dir -d 'Directory of the env files [default: /etc/nmsprime/env]' -r -F
complete -c provha -n '__provha_at status drift' -l root -d 'Directory used in place of /, like DESTDIR' -r -F
complete -c provha -n '__provha_at status drift' -l db -d 'Database: mysql://user@host[,host2][:port]/db, mysql:///db?socket=PATH or sqlite:PATH. Missing parts come from the DB_* keys' -r
complete -c provha -n '__provha_at status drift' -l role -d 'Role of this machine; overrides PROVHA__OWN_STATE' -r -a 'master\\t\'Runs the GUI and writes the database; failover primary\' slave\\t\'Only reads the database; failover secondary\' standalone\\t\'One machine without a peer\''
complete -c provha -n '__provha_at status drift' -l no-activate -d 'Write files, but restart no daemon and contact no host except the database'
complete -c provha -n '__provha_at status drift' -l strict -d 'Refuse the run (exit 3) if there are findings'
complete -c provha -n '__provha_at status drift' -l json -d 'Print the result as one JSON object on stdout'
complete -c provha -n '__provha_at status drift' -l color -d 'Use colour' -r -a 'auto\\t\'On a terminal, unless `NO_COLOR` is set or TERM is dumb\' always\\t\'Always\' never\\t\'Never\''
complete -c provha -n '__provha_at status drift' -s q -l quiet -d 'Print warnings and errors only'
complete -c provha -n '__provha_at status drift' -s v -l verbose -d 'Print more details'
complete -c provha -n '__provha_at status drift' -s h -l help -d 'Print help (see more with \'--help\')'
complete -c provha -n '__provha_at status' -a daemons -d 'dhcpd, kea-dhcp6, named, chronyd, time, TFTP'
complete -c provha -n '__provha_at status daemons' -l format -d 'Output format [default: human]' -r -a 'human\\t\'Root causes first, then one line per check, for people\' icinga\\t\'Monitoring plugin: Icinga, Nagios, Naemon\' prometheus\\t\'Prometheus text format\' manifest\\t\'Hashes of what this node serves: what its peer compares\''
complete -c provha -n '__provha_at status daemons' -l deep -d 'Decode every boot file as well; slow with many devices'
complete -c provha -n '__provha_at status daemons' -l watch -d 'Redraw the whole screen every two seconds; q quits'
complete -c provha -n '__provha_at status daemons' -l env-dir -d 'Directory of the env files [default: /etc/nmsprime/env]' -r -F
complete -c provha -n '__provha_at status daemons' -l root -d 'Directory used in place of /, like DESTDIR' -r -F
complete -c provha -n '__provha_at status daemons' -l db -d 'Database: mysql://user@host[,host2][:port]/db, mysql:///db?socket=PATH or sqlite:PATH. Missing parts come from the DB_* keys' -r
complete -c provha -n '__provha_at status daemons' -l role -d 'Role of this machine; overrides PROVHA__OWN_STATE' -r -a 'master\\t\'Runs the GUI and writes the database; failover primary\' slave\\t\'Only reads the database; failover secondary\' standalone\\t\'One machine without a peer\''
complete -c provha -n '__provha_at status daemons' -l no-activate -d 'Write files, but restart no daemon and contact no host except the database'
complete -c provha -n '__provha_at status daemons' -l strict -d 'Refuse the run (exit 3) if there are findings'
complete -c provha -n '__provha_at status daemons' -l json -d 'Print the result as one JSON object on stdout'
complete -c provha -n '__provha_at status daemons' -l color -d 'Use colour' -r -a 'auto\\t\'On a terminal, unless `NO_COLOR` is set or TERM is dumb\' always\\t\'Always\' never\\t\'Never\''
complete -c provha -n '__provha_at status daemons' -s q -l quiet -d 'Print warnings and errors only'
complete -c provha -n '__provha_at status daemons' -s v -l verbose -d 'Print more details'
complete -c provha -n '__provha_at status daemons' -s h -l help -d 'Print help (see more with \'--help\')'
complete -c provha -n '__provha_at status' -a files -d 'Boot files and the lease file'
complete -c provha -n '__provha_at status files' -l format -d 'Output format [default: human]' -r -a 'human\\t\'Root causes first, then one line per check, for people\' icinga\\t\'Monitoring plugin: Icinga, Nagios, Naemon\' prometheus\\t\'Prometheus text format\' manifest\\t\'Hashes of what this node serves: what its peer compares\''
complete -c provha -n '__provha_at status files' -l deep -d 'Decode every boot file as well; slow with many devices'
complete -c provha -n '__provha_at status files' -l watch -d 'Redraw the whole screen every two seconds; q quits'
complete -c provha -n '__provha_at status files' -l env-dir -d 'Directory of the env files [default: /etc/nmsprime/env]' -r -F
complete -c provha -n '__provha_at status files' -l root -d 'Directory used in place of /, like DESTDIR' -r -F
complete -c provha -n '__provha_at status files' -l db -d 'Database: mysql://user@host[,host2][:port]/db, mysql:///db?socket=PATH or sqlite:PATH. Missing parts come from the DB_* keys' -r
complete -c provha -n '__provha_at status files' -l role -d 'Role of this machine; overrides PROVHA__OWN_STATE' -r -a 'master\\t\'Runs the GUI and writes the database; failover primary\' slave\\t\'Only reads the database; failover secondary\' standalone\\t\'One machine without a peer\''
complete -c provha -n '__provha_at status files' -l no-activate -d 'Write files, but restart no daemon and contact no host except the database'
complete -c provha -n '__provha_at status files' -l strict -d 'Refuse the run (exit 3) if there are findings'
complete -c provha -n '__provha_at status files' -l json -d 'Print the result as one JSON object on stdout'
complete -c provha -n '__provha_at status files' -l color -d 'Use colour' -r -a 'auto\\t\'On a terminal, unless `NO_COLOR` is set or TERM is dumb\' always\\t\'Always\' never\\t\'Never\''
complete -c provha -n '__provha_at status files' -s q -l quiet -d 'Print warnings and errors only'
complete -c provha -n '__provha_at status files' -s v -l verbose -d 'Print more details'
complete -c provha -n '__provha_at status files' -s h -l help -d 'Print help (see more with \'--help\')'
complete -c provha -n '__provha_at status' -a help -d 'Print this message or the help of the given subcommand(s)'
complete -c provha -n '__provha_at status help' -a mute -d 'Keep a finding from counting for a while'
complete -c provha -n '__provha_at status help' -a unmute -d 'Let a finding count again'
complete -c provha -n '__provha_at status help' -a pools -d 'Address pools, with a table'
complete -c provha -n '__provha_at status help' -a pair -d 'Failover pair, clocks, what waits'
complete -c provha -n '__provha_at status help' -a db -d 'Database, role, last rebuild, lock'
complete -c provha -n '__provha_at status help' -a drift -d 'Files changed by others, and who else writes them'
complete -c provha -n '__provha_at status help' -a daemons -d 'dhcpd, kea-dhcp6, named, chronyd, time, TFTP'
complete -c provha -n '__provha_at status help' -a files -d 'Boot files and the lease file'
complete -c provha -n '__provha_at status help' -a help -d 'Print this message or the help of the given subcommand(s)'
complete -c provha -n '__provha_at' -a explain -d 'Show everything one device gets, and where each value comes from'
complete -c provha -n '__provha_at explain' -l env-dir -d 'Directory of the env files [default: /etc/nmsprime/env]' -r -F
complete -c provha -n '__provha_at explain' -l root -d 'Directory used in place of /, like DESTDIR' -r -F
complete -c provha -n '__provha_at explain' -l db -d 'Database: mysql://user@host[,host2][:port]/db, mysql:///db?socket=PATH or sqlite:PATH. Missing parts come from the DB_* keys' -r
complete -c provha -n '__provha_at explain' -l role -d 'Role of this machine; overrides PROVHA__OWN_STATE' -r -a 'master\\t\'Runs the GUI and writes the database; failover primary\' slave\\t\'Only reads the database; failover secondary\' standalone\\t\'One machine without a peer\''
complete -c provha -n '__provha_at explain' -l json -d 'Print the result as one JSON object on stdout'
complete -c provha -n '__provha_at explain' -l color -d 'Use colour' -r -a 'auto\\t\'On a terminal, unless `NO_COLOR` is set or TERM is dumb\' always\\t\'Always\' never\\t\'Never\''
complete -c provha -n '__provha_at explain' -s q -l quiet -d 'Print warnings and errors only'
complete -c provha -n '__provha_at explain' -s v -l verbose -d 'Print more details'
complete -c provha -n '__provha_at explain' -s h -l help -d 'Print help (see more with \'--help\')'
complete -c provha -n '__provha_at' -a failover -d 'Read or set dhcpd\'s failover state on both nodes'
complete -c provha -n '__provha_at failover' -l env-dir -d 'Directory of the env files [default: /etc/nmsprime/env]' -r -F
complete -c provha -n '__provha_at failover' -l root -d 'Directory used in place of /, like DESTDIR' -r -F
complete -c provha -n '__provha_at failover' -l db -d 'Database: mysql://user@host[,host2][:port]/db, mysql:///db?socket=PATH or sqlite:PATH. Missing parts come from the DB_* keys' -r
complete -c provha -n '__provha_at failover' -l role -d 'Role of this machine; overrides PROVHA__OWN_STATE' -r -a 'master\\t\'Runs the GUI and writes the database; failover primary\' slave\\t\'Only reads the database; failover secondary\' standalone\\t\'One machine without a peer\''
complete -c provha -n '__provha_at failover' -l dry-run -d 'Check everything and list what would change, but change nothing'
complete -c provha -n '__provha_at failover' -l diff -d 'Like --dry-run, and show the changed lines'
complete -c provha -n '__provha_at failover' -l exit-code -d 'With --dry-run or --diff: exit with 10 if changes are pending'
complete -c provha -n '__provha_at failover' -l no-activate -d 'Write files, but restart no daemon and contact no host except the database'
complete -c provha -n '__provha_at failover' -l strict -d 'Refuse the run (exit 3) if there are findings'
complete -c provha -n '__provha_at failover' -l lock-wait -d 'Wait up to this long for another run to end' -r
complete -c provha -n '__provha_at failover' -l max-removed-percent -d 'Allow this run to remove up to this share of the live hosts' -r
complete -c provha -n '__provha_at failover' -l max-quarantined-percent -d 'Allow this run to leave out up to this share of the rows' -r
complete -c provha -n '__provha_at failover' -l allow-empty-pools -d 'Allow this run to remove pools that have active leases'
complete -c provha -n '__provha_at failover' -l allow -d 'Allow this run what the guard rails name, such as modems,leases' -r -a 'all\\t\'Everything below\' hosts\\t\'Hosts of all kinds\' modems\\t\'Hosts of modems\' mtas\\t\'Hosts of telephone adapters\' endpoints\\t\'Hosts of endpoints\' blocked\\t\'Modems whose customer devices get no address any more\' cmts\\t\'CMTS\' pools\\t\'Pools that vanish or answer nobody any more\' routers\\t\'Pools whose router changes\' leases\\t\'Active leases that no range holds any more\' access-lists\\t\'Access lists of named and chrony that become empty\' names\\t\'Names of devices that are still there\' files\\t\'Boot files that are removed\' no-file\\t\'Devices that have no valid boot file\' network-access\\t\'Boot files whose NetworkAccess becomes 0\' flows\\t\'Boot files that lose flows or rates\' settings\\t\'Boot files that lose a configfile\\\'s settings\' key-file\\t\'Boot files that are signed with another secret\''
complete -c provha -n '__provha_at failover' -l drain -d 'Let the leases of pools that shrank or are gone go on, but give no new ones there, until the last of them has ended'
complete -c provha -n '__provha_at failover' -l accept-older-database -d 'Make the database live although what is live was made of newer values'
complete -c provha -n '__provha_at failover' -l restart-hold -d 'Delay a restart of dhcpd up to this long while its failover peer does not serve [default: PROVHA__RESTART_HOLD]' -r
complete -c provha -n '__provha_at failover' -l reason -d 'Why this is done: kept with the generation or the mute' -r
complete -c provha -n '__provha_at failover' -l json -d 'Print the result as one JSON object on stdout'
complete -c provha -n '__provha_at failover' -l color -d 'Use colour' -r -a 'auto\\t\'On a terminal, unless `NO_COLOR` is set or TERM is dumb\' always\\t\'Always\' never\\t\'Never\''
complete -c provha -n '__provha_at failover' -s q -l quiet -d 'Print warnings and errors only'
complete -c provha -n '__provha_at failover' -s v -l verbose -d 'Print more details'
complete -c provha -n '__provha_at failover' -s h -l help -d 'Print help (see more with \'--help\')'
complete -c provha -n '__provha_at failover' -a state -d 'Show the state of both nodes'
complete -c provha -n '__provha_at failover state' -l env-dir -d 'Directory of the env files [default: /etc/nmsprime/env]' -r -F
complete -c provha -n '__provha_at failover state' -l root -d 'Directory used in place of /, like DESTDIR' -r -F
complete -c provha -n '__provha_at failover state' -l db -d 'Database: mysql://user@host[,host2][:port]/db, mysql:///db?socket=PATH or sqlite:PATH. Missing parts come from the DB_* keys' -r
complete -c provha -n '__provha_at failover state' -l role -d 'Role of this machine; overrides PROVHA__OWN_STATE' -r -a 'master\\t\'Runs the GUI and writes the database; failover primary\' slave\\t\'Only reads the database; failover secondary\' standalone\\t\'One machine without a peer\''
complete -c provha -n '__provha_at failover state' -l json -d 'Print the result as one JSON object on stdout'
complete -c provha -n '__provha_at failover state' -l color -d 'Use colour' -r -a 'auto\\t\'On a terminal, unless `NO_COLOR` is set or TERM is dumb\' always\\t\'Always\' never\\t\'Never\''
complete -c provha -n '__provha_at failover state' -s q -l quiet -d 'Print warnings and errors only'
complete -c provha -n '__provha_at failover state' -s v -l verbose -d 'Print more details'
complete -c provha -n '__provha_at failover state' -s h -l help -d 'Print help (see more with \'--help\')'
complete -c provha -n '__provha_at failover' -a partner-down -d 'Let this node serve alone after the peer was proved dead'
complete -c provha -n '__provha_at failover partner-down' -l yes -d 'Confirm that the peer is off and stays off'
complete -c provha -n '__provha_at failover partner-down' -l env-dir -d 'Directory of the env files [default: /etc/nmsprime/env]' -r -F
complete -c provha -n '__provha_at failover partner-down' -l root -d 'Directory used in place of /, like DESTDIR' -r -F
complete -c provha -n '__provha_at failover partner-down' -l db -d 'Database: mysql://user@host[,host2][:port]/db, mysql:///db?socket=PATH or sqlite:PATH. Missing parts come from the DB_* keys' -r
complete -c provha -n '__provha_at failover partner-down' -l role -d 'Role of this machine; overrides PROVHA__OWN_STATE' -r -a 'master\\t\'Runs the GUI and writes the database; failover primary\' slave\\t\'Only reads the database; failover secondary\' standalone\\t\'One machine without a peer\''
complete -c provha -n '__provha_at failover partner-down' -l dry-run -d 'Check everything and list what would change, but change nothing'
complete -c provha -n '__provha_at failover partner-down' -l json -d 'Print the result as one JSON object on stdout'
complete -c provha -n '__provha_at failover partner-down' -l color -d 'Use colour' -r -a 'auto\\t\'On a terminal, unless `NO_COLOR` is set or TERM is dumb\' always\\t\'Always\' never\\t\'Never\''
complete -c provha -n '__provha_at failover partner-down' -s q -l quiet -d 'Print warnings and errors only'
complete -c provha -n '__provha_at failover partner-down' -s v -l verbose -d 'Print more details'
complete -c provha -n '__provha_at failover partner-down' -s h -l help -d 'Print help (see more with \'--help\')'
complete -c provha -n '__provha_at failover' -a wait -d 'Wait until this node is in a state; \'normal\' means both nodes'
complete -c provha -n '__provha_at failover wait' -a 'unknown startup normal communications-interrupted partner-down potential-conflict recover paused shutdown recover-done resolution-interrupted conflict-done recover-wait'
complete -c provha -n '__provha_at failover wait' -l timeout -d 'Give up after this long (exit 1)' -r
complete -c provha -n '__provha_at failover wait' -l env-dir -d 'Directory of the env files [default: /etc/nmsprime/env]' -r -F
complete -c provha -n '__provha_at failover wait' -l root -d 'Directory used in place of /, like DESTDIR' -r -F
complete -c provha -n '__provha_at failover wait' -l db -d 'Database: mysql://user@host[,host2][:port]/db, mysql:///db?socket=PATH or sqlite:PATH. Missing parts come from the DB_* keys' -r
complete -c provha -n '__provha_at failover wait' -l role -d 'Role of this machine; overrides PROVHA__OWN_STATE' -r -a 'master\\t\'Runs the GUI and writes the database; failover primary\' slave\\t\'Only reads the database; failover secondary\' standalone\\t\'One machine without a peer\''
complete -c provha -n '__provha_at failover wait' -l json -d 'Print the result as one JSON object on stdout'
complete -c provha -n '__provha_at failover wait' -l color -d 'Use colour' -r -a 'auto\\t\'On a terminal, unless `NO_COLOR` is set or TERM is dumb\' always\\t\'Always\' never\\t\'Never\''
complete -c provha -n '__provha_at failover wait' -s q -l quiet -d 'Print warnings and errors only'
complete -c provha -n '__provha_at failover wait' -s v -l verbose -d 'Print more details'
complete -c provha -n '__provha_at failover wait' -s h -l help -d 'Print help (see more with \'--help\')'
complete -c provha -n '__provha_at failover' -a help -d 'Print this message or the help of the given subcommand(s)'
complete -c provha -n '__provha_at failover help' -a state -d 'Show the state of both nodes'
complete -c provha -n '__provha_at failover help' -a partner-down -d 'Let this node serve alone after the peer was proved dead'
complete -c provha -n '__provha_at failover help' -a wait -d 'Wait until this node is in a state; \'normal\' means both nodes'
complete -c provha -n '__provha_at failover help' -a help -d 'Print this message or the help of the given subcommand(s)'
complete -c provha -n '__provha_at' -a cluster -d 'Watch the database cluster, and bring it back after a full stop'
complete -c provha -n '__provha_at cluster' -l env-dir -d 'Directory of the env files [default: /etc/nmsprime/env]' -r -F
complete -c provha -n '__provha_at cluster' -l root -d 'Directory used in place of /, like DESTDIR' -r -F
complete -c provha -n '__provha_at cluster' -l db -d 'Database: mysql://user@host[,host2][:port]/db, mysql:///db?socket=PATH or sqlite:PATH. Missing parts come from the DB_* keys' -r
complete -c provha -n '__provha_at cluster' -l role -d 'Role of this machine; overrides PROVHA__OWN_STATE' -r -a 'master\\t\'Runs the GUI and writes the database; failover primary\' slave\\t\'Only reads the database; failover secondary\' standalone\\t\'One machine without a peer\''
complete -c provha -n '__provha_at cluster' -l dry-run -d 'Check everything and list what would change, but change nothing'
complete -c provha -n '__provha_at cluster' -l diff -d 'Like --dry-run, and show the changed lines'
complete -c provha -n '__provha_at cluster' -l exit-code -d 'With --dry-run or --diff: exit with 10 if changes are pending'
complete -c provha -n '__provha_at cluster' -l no-activate -d 'Write files, but restart no daemon and contact no host except the database'
complete -c provha -n '__provha_at cluster' -l strict -d 'Refuse the run (exit 3) if there are findings'
complete -c provha -n '__provha_at cluster' -l lock-wait -d 'Wait up to this long for another run to end' -r
complete -c provha -n '__provha_at cluster' -l max-removed-percent -d 'Allow this run to remove up to this share of the live hosts' -r
complete -c provha -n '__provha_at cluster' -l max-quarantined-percent -d 'Allow this run to leave out up to this share of the rows' -r
complete -c provha -n '__provha_at cluster' -l allow-empty-pools -d 'Allow this run to remove pools that have active leases'
complete -c provha -n '__provha_at cluster' -l allow -d 'Allow this run what the guard rails name, such as modems,leases' -r -a 'all\\t\'Everything below\' hosts\\t\'Hosts of all kinds\' modems\\t\'Hosts of modems\' mtas\\t\'Hosts of telephone adapters\' endpoints\\t\'Hosts of endpoints\' blocked\\t\'Modems whose customer devices get no address any more\' cmts\\t\'CMTS\' pools\\t\'Pools that vanish or answer nobody any more\' routers\\t\'Pools whose router changes\' leases\\t\'Active leases that no range holds any more\' access-lists\\t\'Access lists of named and chrony that become empty\' names\\t\'Names of devices that are still there\' files\\t\'Boot files that are removed\' no-file\\t\'Devices that have no valid boot file\' network-access\\t\'Boot files whose NetworkAccess becomes 0\' flows\\t\'Boot files that lose flows or rates\' settings\\t\'Boot files that lose a configfile\\\'s settings\' key-file\\t\'Boot files that are signed with another secret\''
complete -c provha -n '__provha_at cluster' -l drain -d 'Let the leases of pools that shrank or are gone go on, but give no new ones there, until the last of them has ended'
complete -c provha -n '__provha_at cluster' -l accept-older-database -d 'Make the database live although what is live was made of newer values'
complete -c provha -n '__provha_at cluster' -l restart-hold -d 'Delay a restart of dhcpd up to this long while its failover peer does not serve [default: PROVHA__RESTART_HOLD]' -r
complete -c provha -n '__provha_at cluster' -l reason -d 'Why this is done: kept with the generation or the mute' -r
complete -c provha -n '__provha_at cluster' -l json -d 'Print the result as one JSON object on stdout'
complete -c provha -n '__provha_at cluster' -l color -d 'Use colour' -r -a 'auto\\t\'On a terminal, unless `NO_COLOR` is set or TERM is dumb\' always\\t\'Always\' never\\t\'Never\''
complete -c provha -n '__provha_at cluster' -s q -l quiet -d 'Print warnings and errors only'
complete -c provha -n '__provha_at cluster' -s v -l verbose -d 'Print more details'
complete -c provha -n '__provha_at cluster' -s h -l help -d 'Print help (see more with \'--help\')'
complete -c provha -n '__provha_at cluster' -a status -d 'Show the state of the database cluster, asking every node'
complete -c provha -n '__provha_at cluster status' -l format -d 'Output format [default: human]' -r -a 'human\\t\'Root causes first, then one line per check, for people\' icinga\\t\'Monitoring plugin: Icinga, Nagios, Naemon\' prometheus\\t\'Prometheus text format\' manifest\\t\'Hashes of what this node serves: what its peer compares\''
complete -c provha -n '__provha_at cluster status' -l env-dir -d 'Directory of the env files [default: /etc/nmsprime/env]' -r -F
complete -c provha -n '__provha_at cluster status' -l root -d 'Directory used in place of /, like DESTDIR' -r -F
complete -c provha -n '__provha_at cluster status' -l db -d 'Database: mysql://user@host[,host2][:port]/db, mysql:///db?socket=PATH or sqlite:PATH. Missing parts come from the DB_* keys' -r
complete -c provha -n '__provha_at cluster status' -l role -d 'Role of this machine; overrides PROVHA__OWN_STATE' -r -a 'master\\t\'Runs the GUI and writes the database; failover primary\' slave\\t\'Only reads the database; failover secondary\' standalone\\t\'One machine without a peer\''
complete -c provha -n '__provha_at cluster status' -l strict -d 'Refuse the run (exit 3) if there are findings'
complete -c provha -n '__provha_at cluster status' -l json -d 'Print the result as one JSON object on stdout'
complete -c provha -n '__provha_at cluster status' -l color -d 'Use colour' -r -a 'auto\\t\'On a terminal, unless `NO_COLOR` is set or TERM is dumb\' always\\t\'Always\' never\\t\'Never\''
complete -c provha -n '__provha_at cluster status' -s q -l quiet -d 'Print warnings and errors only'
complete -c provha -n '__provha_at cluster status' -s v -l verbose -d 'Print more details'
complete -c provha -n '__provha_at cluster status' -s h -l help -d 'Print help (see more with \'--help\')'
complete -c provha -n '__provha_at cluster' -a crosscheck -d 'Show who sees whom: every node against every other one'
complete -c provha -n '__provha_at cluster crosscheck' -l env-dir -d 'Directory of the env files [default: /etc/nmsprime/env]' -r -F
complete -c provha -n '__provha_at cluster crosscheck' -l root -d 'Directory used in place of /, like DESTDIR' -r -F
complete -c provha -n '__provha_at cluster crosscheck' -l db -d 'Database: mysql://user@host[,host2][:port]/db, mysql:///db?socket=PATH or sqlite:PATH. Missing parts come from the DB_* keys' -r
complete -c provha -n '__provha_at cluster crosscheck' -l role -d 'Role of this machine; overrides PROVHA__OWN_STATE' -r -a 'master\\t\'Runs the GUI and writes the database; failover primary\' slave\\t\'Only reads the database; failover secondary\' standalone\\t\'One machine without a peer\''
complete -c provha -n '__provha_at cluster crosscheck' -l json -d 'Print the result as one JSON object on stdout'
complete -c provha -n '__provha_at cluster crosscheck' -l color -d 'Use colour' -r -a 'auto\\t\'On a terminal, unless `NO_COLOR` is set or TERM is dumb\' always\\t\'Always\' never\\t\'Never\''
complete -c provha -n '__provha_at cluster crosscheck' -s q -l quiet -d 'Print warnings and errors only'
complete -c provha -n '__provha_at cluster crosscheck' -s v -l verbose -d 'Print more details'
complete -c provha -n '__provha_at cluster crosscheck' -s h -l help -d 'Print help (see more with \'--help\')'
complete -c provha -n '__provha_at cluster' -a primary -d 'Show, or change, which node does the background work'
complete -c provha -n '__provha_at cluster primary' -l yes -d 'Carry it out'
complete -c provha -n '__provha_at cluster primary' -l at -d 'Not now: at 02:30, or at \'2026-12-24 02:30\', of this machine' -r
complete -c provha -n '__provha_at cluster primary' -l dead -d 'This node is off and stays off; may be repeated' -r
complete -c provha -n '__provha_at cluster primary' -l env-dir -d 'Directory of the env files [default: /etc/nmsprime/env]' -r -F
complete -c provha -n '__provha_at cluster primary' -l root -d 'Directory used in place of /, like DESTDIR' -r -F
complete -c provha -n '__provha_at cluster primary' -l db -d 'Database: mysql://user@host[,host2][:port]/db, mysql:///db?socket=PATH or sqlite:PATH. Missing parts come from the DB_* keys' -r
complete -c provha -n '__provha_at cluster primary' -l role -d 'Role of this machine; overrides PROVHA__OWN_STATE' -r -a 'master\\t\'Runs the GUI and writes the database; failover primary\' slave\\t\'Only reads the database; failover secondary\' standalone\\t\'One machine without a peer\''
complete -c provha -n '__provha_at cluster primary' -l dry-run -d 'Check everything and list what would change, but change nothing'
complete -c provha -n '__provha_at cluster primary' -l exit-code -d 'With --dry-run or --diff: exit with 10 if changes are pending'
complete -c provha -n '__provha_at cluster primary' -l lock-wait -d 'Wait up to this long for another run to end' -r
complete -c provha -n '__provha_at cluster primary' -l reason -d 'Why this is done: kept with the generation or the mute' -r
complete -c provha -n '__provha_at cluster primary' -l json -d 'Print the result as one JSON object on stdout'
complete -c provha -n '__provha_at cluster primary' -l color -d 'Use colour' -r -a 'auto\\t\'On a terminal, unless `NO_COLOR` is set or TERM is dumb\' always\\t\'Always\' never\\t\'Never\''
complete -c provha -n '__provha_at cluster primary' -s q -l quiet -d 'Print warnings and errors only'
complete -c provha -n '__provha_at cluster primary' -s v -l verbose -d 'Print more details'
complete -c provha -n '__provha_at cluster primary' -s h -l help -d 'Print help (see more with \'--help\')'
complete -c provha -n '__provha_at cluster' -a galera -d 'The database cluster'
complete -c provha -n '__provha_at cluster galera' -l env-dir -d 'Directory of the env files [default: /etc/nmsprime/env]' -r -F
complete -c provha -n '__provha_at cluster galera' -l root -d 'Directory used in place of /, like DESTDIR' -r -F
complete -c provha -n '__provha_at cluster galera' -l db -d 'Database: mysql://user@host[,host2][:port]/db, mysql:///db?socket=PATH or sqlite:PATH. Missing parts come from the DB_* keys' -r
complete -c provha -n '__provha_at cluster galera' -l role -d 'Role of this machine; overrides PROVHA__OWN_STATE' -r -a 'master\\t\'Runs the GUI and writes the database; failover primary\' slave\\t\'Only reads the database; failover secondary\' standalone\\t\'One machine without a peer\''
complete -c provha -n '__provha_at cluster galera' -l dry-run -d 'Check everything and list what would change, but change nothing'
complete -c provha -n '__provha_at cluster galera' -l diff -d 'Like --dry-run, and show the changed lines'
complete -c provha -n '__provha_at cluster galera' -l exit-code -d 'With --dry-run or --diff: exit with 10 if changes are pending'
complete -c provha -n '__provha_at cluster galera' -l no-activate -d 'Write files, but restart no daemon and contact no host except the database'
complete -c provha -n '__provha_at cluster galera' -l strict -d 'Refuse the run (exit 3) if there are findings'
complete -c provha -n '__provha_at cluster galera' -l lock-wait -d 'Wait up to this long for another run to end' -r
complete -c provha -n '__provha_at cluster galera' -l max-removed-percent -d 'Allow this run to remove up to this share of the live hosts' -r
complete -c provha -n '__provha_at cluster galera' -l max-quarantined-percent -d 'Allow this run to leave out up to this share of the rows' -r
complete -c provha -n '__provha_at cluster galera' -l allow-empty-pools -d 'Allow this run to remove pools that have active leases'
complete -c provha -n '__provha_at cluster galera' -l allow -d 'Allow this run what the guard rails name, such as modems,leases' -r -a 'all\\t\'Everything below\' hosts\\t\'Hosts of all kinds\' modems\\t\'Hosts of modems\' mtas\\t\'Hosts of telephone adapters\' endpoints\\t\'Hosts of endpoints\' blocked\\t\'Modems whose customer devices get no address any more\' cmts\\t\'CMTS\' pools\\t\'Pools that vanish or answer nobody any more\' routers\\t\'Pools whose router changes\' leases\\t\'Active leases that no range holds any more\' access-lists\\t\'Access lists of named and chrony that become empty\' names\\t\'Names of devices that are still there\' files\\t\'Boot files that are removed\' no-file\\t\'Devices that have no valid boot file\' network-access\\t\'Boot files whose NetworkAccess becomes 0\' flows\\t\'Boot files that lose flows or rates\' settings\\t\'Boot files that lose a configfile\\\'s settings\' key-file\\t\'Boot files that are signed with another secret\''
complete -c provha -n '__provha_at cluster galera' -l drain -d 'Let the leases of pools that shrank or are gone go on, but give no new ones there, until the last of them has ended'
complete -c provha -n '__provha_at cluster galera' -l accept-older-database -d 'Make the database live although what is live was made of newer values'
complete -c provha -n '__provha_at cluster galera' -l restart-hold -d 'Delay a restart of dhcpd up to this long while its failover peer does not serve [default: PROVHA__RESTART_HOLD]' -r
complete -c provha -n '__provha_at cluster galera' -l reason -d 'Why this is done: kept with the generation or the mute' -r
complete -c provha -n '__provha_at cluster galera' -l json -d 'Print the result as one JSON object on stdout'
complete -c provha -n '__provha_at cluster galera' -l color -d 'Use colour' -r -a 'auto\\t\'On a terminal, unless `NO_COLOR` is set or TERM is dumb\' always\\t\'Always\' never\\t\'Never\''
complete -c provha -n '__provha_at cluster galera' -s q -l quiet -d 'Print warnings and errors only'
complete -c provha -n '__provha_at cluster galera' -s v -l verbose -d 'Print more details'
complete -c provha -n '__provha_at cluster galera' -s h -l help -d 'Print help (see more with \'--help\')'
complete -c provha -n '__provha_at cluster galera' -a init -d 'Make this node a part of the cluster, the master first'
complete -c provha -n '__provha_at cluster galera init' -l yes -d 'Carry it out'
complete -c provha -n '__provha_at cluster galera init' -l backup -d 'A dump of all databases that was made already' -r -F
complete -c provha -n '__provha_at cluster galera init' -l replace-data -d 'Let the cluster\'s data replace this node\'s own databases'
complete -c provha -n '__provha_at cluster galera init' -l env-dir -d 'Directory of the env files [default: /etc/nmsprime/env]' -r -F
complete -c provha -n '__provha_at cluster galera init' -l root -d 'Directory used in place of /, like DESTDIR' -r -F
complete -c provha -n '__provha_at cluster galera init' -l db -d 'Database: mysql://user@host[,host2][:port]/db, mysql:///db?socket=PATH or sqlite:PATH. Missing parts come from the DB_* keys' -r
complete -c provha -n '__provha_at cluster galera init' -l role -d 'Role of this machine; overrides PROVHA__OWN_STATE' -r -a 'master\\t\'Runs the GUI and writes the database; failover primary\' slave\\t\'Only reads the database; failover secondary\' standalone\\t\'One machine without a peer\''
complete -c provha -n '__provha_at cluster galera init' -l dry-run -d 'Check everything and list what would change, but change nothing'
complete -c provha -n '__provha_at cluster galera init' -l diff -d 'Like --dry-run, and show the changed lines'
complete -c provha -n '__provha_at cluster galera init' -l exit-code -d 'With --dry-run or --diff: exit with 10 if changes are pending'
complete -c provha -n '__provha_at cluster galera init' -l lock-wait -d 'Wait up to this long for another run to end' -r
complete -c provha -n '__provha_at cluster galera init' -l json -d 'Print the result as one JSON object on stdout'
complete -c provha -n '__provha_at cluster galera init' -l color -d 'Use colour' -r -a 'auto\\t\'On a terminal, unless `NO_COLOR` is set or TERM is dumb\' always\\t\'Always\' never\\t\'Never\''
complete -c provha -n '__provha_at cluster galera init' -s q -l quiet -d 'Print warnings and errors only'
complete -c provha -n '__provha_at cluster galera init' -s v -l verbose -d 'Print more details'
complete -c provha -n '__provha_at cluster galera init' -s h -l help -d 'Print help (see more with \'--help\')'
complete -c provha -n '__provha_at cluster galera' -a arbiter -d 'Run the arbiter (garbd) on this machine: a vote without data'
complete -c provha -n '__provha_at cluster galera arbiter' -l yes -d 'Carry it out'
complete -c provha -n '__provha_at cluster galera arbiter' -l env-dir -d 'Directory of the env files [default: /etc/nmsprime/env]' -r -F
complete -c provha -n '__provha_at cluster galera arbiter' -l root -d 'Directory used in place of /, like DESTDIR' -r -F
complete -c provha -n '__provha_at cluster galera arbiter' -l db -d 'Database: mysql://user@host[,host2][:port]/db, mysql:///db?socket=PATH or sqlite:PATH. Missing parts come from the DB_* keys' -r
complete -c provha -n '__provha_at cluster galera arbiter' -l role -d 'Role of this machine; overrides PROVHA__OWN_STATE' -r -a 'master\\t\'Runs the GUI and writes the database; failover primary\' slave\\t\'Only reads the database; failover secondary\' standalone\\t\'One machine without a peer\''
complete -c provha -n '__provha_at cluster galera arbiter' -l dry-run -d 'Check everything and list what would change, but change nothing'
complete -c provha -n '__provha_at cluster galera arbiter' -l diff -d 'Like --dry-run, and show the changed lines'
complete -c provha -n '__provha_at cluster galera arbiter' -l exit-code -d 'With --dry-run or --diff: exit with 10 if changes are pending'
complete -c provha -n '__provha_at cluster galera arbiter' -l lock-wait -d 'Wait up to this long for another run to end' -r
complete -c provha -n '__provha_at cluster galera arbiter' -l json -d 'Print the result as one JSON object on stdout'
complete -c provha -n '__provha_at cluster galera arbiter' -l color -d 'Use colour' -r -a 'auto\\t\'On a terminal, unless `NO_COLOR` is set or TERM is dumb\' always\\t\'Always\' never\\t\'Never\''
complete -c provha -n '__provha_at cluster galera arbiter' -s q -l quiet -d 'Print warnings and errors only'
complete -c provha -n '__provha_at cluster galera arbiter' -s v -l verbose -d 'Print more details'
complete -c provha -n '__provha_at cluster galera arbiter' -s h -l help -d 'Print help (see more with \'--help\')'
complete -c provha -n '__provha_at cluster galera' -a recover -d 'Bring the database back after a full stop or a crash'
complete -c provha -n '__provha_at cluster galera recover' -l yes -d 'Carry it out'
complete -c provha -n '__provha_at cluster galera recover' -l lose -d 'Give up the data of this node; may be repeated' -r
complete -c provha -n '__provha_at cluster galera recover' -l env-dir -d 'Directory of the env files [default: /etc/nmsprime/env]' -r -F
complete -c provha -n '__provha_at cluster galera recover' -l root -d 'Directory used in place of /, like DESTDIR' -r -F
complete -c provha -n '__provha_at cluster galera recover' -l db -d 'Database: mysql://user@host[,host2][:port]/db, mysql:///db?socket=PATH or sqlite:PATH. Missing parts come from the DB_* keys' -r
complete -c provha -n '__provha_at cluster galera recover' -l role -d 'Role of this machine; overrides PROVHA__OWN_STATE' -r -a 'master\\t\'Runs the GUI and writes the database; failover primary\' slave\\t\'Only reads the database; failover secondary\' standalone\\t\'One machine without a peer\''
complete -c provha -n '__provha_at cluster galera recover' -l dry-run -d 'Check everything and list what would change, but change nothing'
complete -c provha -n '__provha_at cluster galera recover' -l exit-code -d 'With --dry-run or --diff: exit with 10 if changes are pending'
complete -c provha -n '__provha_at cluster galera recover' -l lock-wait -d 'Wait up to this long for another run to end' -r
complete -c provha -n '__provha_at cluster galera recover' -l json -d 'Print the result as one JSON object on stdout'
complete -c provha -n '__provha_at cluster galera recover' -l color -d 'Use colour' -r -a 'auto\\t\'On a terminal, unless `NO_COLOR` is set or TERM is dumb\' always\\t\'Always\' never\\t\'Never\''
complete -c provha -n '__provha_at cluster galera recover' -s q -l quiet -d 'Print warnings and errors only'
complete -c provha -n '__provha_at cluster galera recover' -s v -l verbose -d 'Print more details'
complete -c provha -n '__provha_at cluster galera recover' -s h -l help -d 'Print help (see more with \'--help\')'
complete -c provha -n '__provha_at cluster galera' -a help -d 'Print this message or the help of the given subcommand(s)'
complete -c provha -n '__provha_at cluster galera help' -a init -d 'Make this node a part of the cluster, the master first'
complete -c provha -n '__provha_at cluster galera help' -a arbiter -d 'Run the arbiter (garbd) on this machine: a vote without data'
complete -c provha -n '__provha_at cluster galera help' -a recover -d 'Bring the database back after a full stop or a crash'
complete -c provha -n '__provha_at cluster galera help' -a help -d 'Print this message or the help of the given subcommand(s)'
complete -c provha -n '__provha_at cluster' -a fs -d 'A directory that GlusterFS holds on all nodes'
complete -c provha -n '__provha_at cluster fs' -l env-dir -d 'Directory of the env files [default: /etc/nmsprime/env]' -r -F
complete -c provha -n '__provha_at cluster fs' -l root -d 'Directory used in place of /, like DESTDIR' -r -F
complete -c provha -n '__provha_at cluster fs' -l db -d 'Database: mysql://user@host[,host2][:port]/db, mysql:///db?socket=PATH or sqlite:PATH. Missing parts come from the DB_* keys' -r
complete -c provha -n '__provha_at cluster fs' -l role -d 'Role of this machine; overrides PROVHA__OWN_STATE' -r -a 'master\\t\'Runs the GUI and writes the database; failover primary\' slave\\t\'Only reads the database; failover secondary\' standalone\\t\'One machine without a peer\''
complete -c provha -n '__provha_at cluster fs' -l dry-run -d 'Check everything and list what would change, but change nothing'
complete -c provha -n '__provha_at cluster fs' -l diff -d 'Like --dry-run, and show the changed lines'
complete -c provha -n '__provha_at cluster fs' -l exit-code -d 'With --dry-run or --diff: exit with 10 if changes are pending'
complete -c provha -n '__provha_at cluster fs' -l no-activate -d 'Write files, but restart no daemon and contact no host except the database'
complete -c provha -n '__provha_at cluster fs' -l strict -d 'Refuse the run (exit 3) if there are findings'
complete -c provha -n '__provha_at cluster fs' -l lock-wait -d 'Wait up to this long for another run to end' -r
complete -c provha -n '__provha_at cluster fs' -l max-removed-percent -d 'Allow this run to remove up to this share of the live hosts' -r
complete -c provha -n '__provha_at cluster fs' -l max-quarantined-percent -d 'Allow this run to leave out up to this share of the rows' -r
complete -c provha -n '__provha_at cluster fs' -l allow-empty-pools -d 'Allow this run to remove pools that have active leases'
complete -c provha -n '__provha_at cluster fs' -l allow -d 'Allow this run what the guard rails name, such as modems,leases' -r -a 'all\\t\'Everything below\' hosts\\t\'Hosts of all kinds\' modems\\t\'Hosts of modems\' mtas\\t\'Hosts of telephone adapters\' endpoints\\t\'Hosts of endpoints\' blocked\\t\'Modems whose customer devices get no address any more\' cmts\\t\'CMTS\' pools\\t\'Pools that vanish or answer nobody any more\' routers\\t\'Pools whose router changes\' leases\\t\'Active leases that no range holds any more\' access-lists\\t\'Access lists of named and chrony that become empty\' names\\t\'Names of devices that are still there\' files\\t\'Boot files that are removed\' no-file\\t\'Devices that have no valid boot file\' network-access\\t\'Boot files whose NetworkAccess becomes 0\' flows\\t\'Boot files that lose flows or rates\' settings\\t\'Boot files that lose a configfile\\\'s settings\' key-file\\t\'Boot files that are signed with another secret\''
complete -c provha -n '__provha_at cluster fs' -l drain -d 'Let the leases of pools that shrank or are gone go on, but give no new ones there, until the last of them has ended'
complete -c provha -n '__provha_at cluster fs' -l accept-older-database -d 'Make the database live although what is live was made of newer values'
complete -c provha -n '__provha_at cluster fs' -l restart-hold -d 'Delay a restart of dhcpd up to this long while its failover peer does not serve [default: PROVHA__RESTART_HOLD]' -r
complete -c provha -n '__provha_at cluster fs' -l reason -d 'Why this is done: kept with the generation or the mute' -r
complete -c provha -n '__provha_at cluster fs' -l json -d 'Print the result as one JSON object on stdout'
complete -c provha -n '__provha_at cluster fs' -l color -d 'Use colour' -r -a 'auto\\t\'On a terminal, unless `NO_COLOR` is set or TERM is dumb\' always\\t\'Always\' never\\t\'Never\''
complete -c provha -n '__provha_at cluster fs' -s q -l quiet -d 'Print warnings and errors only'
complete -c provha -n '__provha_at cluster fs' -s v -l verbose -d 'Print more details'
complete -c provha -n '__provha_at cluster fs' -s h -l help -d 'Print help (see more with \'--help\')'
complete -c provha -n '__provha_at cluster fs' -a init -d 'First step, on each node: glusterd runs, and has a place for its copy'
complete -c provha -n '__provha_at cluster fs init' -l yes -d 'Carry it out'
complete -c provha -n '__provha_at cluster fs init' -l env-dir -d 'Directory of the env files [default: /etc/nmsprime/env]' -r -F
complete -c provha -n '__provha_at cluster fs init' -l root -d 'Directory used in place of /, like DESTDIR' -r -F
complete -c provha -n '__provha_at cluster fs init' -l db -d 'Database: mysql://user@host[,host2][:port]/db, mysql:///db?socket=PATH or sqlite:PATH. Missing parts come from the DB_* keys' -r
complete -c provha -n '__provha_at cluster fs init' -l role -d 'Role of this machine; overrides PROVHA__OWN_STATE' -r -a 'master\\t\'Runs the GUI and writes the database; failover primary\' slave\\t\'Only reads the database; failover secondary\' standalone\\t\'One machine without a peer\''
complete -c provha -n '__provha_at cluster fs init' -l dry-run -d 'Check everything and list what would change, but change nothing'
complete -c provha -n '__provha_at cluster fs init' -l exit-code -d 'With --dry-run or --diff: exit with 10 if changes are pending'
complete -c provha -n '__provha_at cluster fs init' -l lock-wait -d 'Wait up to this long for another run to end' -r
complete -c provha -n '__provha_at cluster fs init' -l json -d 'Print the result as one JSON object on stdout'
complete -c provha -n '__provha_at cluster fs init' -l color -d 'Use colour' -r -a 'auto\\t\'On a terminal, unless `NO_COLOR` is set or TERM is dumb\' always\\t\'Always\' never\\t\'Never\''
complete -c provha -n '__provha_at cluster fs init' -s q -l quiet -d 'Print warnings and errors only'
complete -c provha -n '__provha_at cluster fs init' -s v -l verbose -d 'Print more details'
complete -c provha -n '__provha_at cluster fs init' -s h -l help -d 'Print help (see more with \'--help\')'
complete -c provha -n '__provha_at cluster fs' -a peers -d 'Second step, on the first node: the nodes know each other'
complete -c provha -n '__provha_at cluster fs peers' -l yes -d 'Carry it out'
complete -c provha -n '__provha_at cluster fs peers' -l env-dir -d 'Directory of the env files [default: /etc/nmsprime/env]' -r -F
complete -c provha -n '__provha_at cluster fs peers' -l root -d 'Directory used in place of /, like DESTDIR' -r -F
complete -c provha -n '__provha_at cluster fs peers' -l db -d 'Database: mysql://user@host[,host2][:port]/db, mysql:///db?socket=PATH or sqlite:PATH. Missing parts come from the DB_* keys' -r
complete -c provha -n '__provha_at cluster fs peers' -l role -d 'Role of this machine; overrides PROVHA__OWN_STATE' -r -a 'master\\t\'Runs the GUI and writes the database; failover primary\' slave\\t\'Only reads the database; failover secondary\' standalone\\t\'One machine without a peer\''
complete -c provha -n '__provha_at cluster fs peers' -l dry-run -d 'Check everything and list what would change, but change nothing'
complete -c provha -n '__provha_at cluster fs peers' -l exit-code -d 'With --dry-run or --diff: exit with 10 if changes are pending'
complete -c provha -n '__provha_at cluster fs peers' -l lock-wait -d 'Wait up to this long for another run to end' -r
complete -c provha -n '__provha_at cluster fs peers' -l json -d 'Print the result as one JSON object on stdout'
complete -c provha -n '__provha_at cluster fs peers' -l color -d 'Use colour' -r -a 'auto\\t\'On a terminal, unless `NO_COLOR` is set or TERM is dumb\' always\\t\'Always\' never\\t\'Never\''
complete -c provha -n '__provha_at cluster fs peers' -s q -l quiet -d 'Print warnings and errors only'
complete -c provha -n '__provha_at cluster fs peers' -s v -l verbose -d 'Print more details'
complete -c provha -n '__provha_at cluster fs peers' -s h -l help -d 'Print help (see more with \'--help\')'
complete -c provha -n '__provha_at cluster fs' -a volume -d 'Third step, on the first node: two copies and an arbiter, started'
complete -c provha -n '__provha_at cluster fs volume' -l yes -d 'Carry it out'
complete -c provha -n '__provha_at cluster fs volume' -l on-root -d 'The copies may lie on the root file system, which they can fill'
complete -c provha -n '__provha_at cluster fs volume' -l env-dir -d 'Directory of the env files [default: /etc/nmsprime/env]' -r -F
complete -c provha -n '__provha_at cluster fs volume' -l root -d 'Directory used in place of /, like DESTDIR' -r -F
complete -c provha -n '__provha_at cluster fs volume' -l db -d 'Database: mysql://user@host[,host2][:port]/db, mysql:///db?socket=PATH or sqlite:PATH. Missing parts come from the DB_* keys' -r
complete -c provha -n '__provha_at cluster fs volume' -l role -d 'Role of this machine; overrides PROVHA__OWN_STATE' -r -a 'master\\t\'Runs the GUI and writes the database; failover primary\' slave\\t\'Only reads the database; failover secondary\' standalone\\t\'One machine without a peer\''
complete -c provha -n '__provha_at cluster fs volume' -l dry-run -d 'Check everything and list what would change, but change nothing'
complete -c provha -n '__provha_at cluster fs volume' -l exit-code -d 'With --dry-run or --diff: exit with 10 if changes are pending'
complete -c provha -n '__provha_at cluster fs volume' -l lock-wait -d 'Wait up to this long for another run to end' -r
complete -c provha -n '__provha_at cluster fs volume' -l json -d 'Print the result as one JSON object on stdout'
complete -c provha -n '__provha_at cluster fs volume' -l color -d 'Use colour' -r -a 'auto\\t\'On a terminal, unless `NO_COLOR` is set or TERM is dumb\' always\\t\'Always\' never\\t\'Never\''
complete -c provha -n '__provha_at cluster fs volume' -s q -l quiet -d 'Print warnings and errors only'
complete -c provha -n '__provha_at cluster fs volume' -s v -l verbose -d 'Print more details'
complete -c provha -n '__provha_at cluster fs volume' -s h -l help -d 'Print help (see more with \'--help\')'
complete -c provha -n '__provha_at cluster fs' -a mount -d 'Fourth step, on each node that needs the files: mount it'
complete -c provha -n '__provha_at cluster fs mount' -l yes -d 'Carry it out'
complete -c provha -n '__provha_at cluster fs mount' -l env-dir -d 'Directory of the env files [default: /etc/nmsprime/env]' -r -F
complete -c provha -n '__provha_at cluster fs mount' -l root -d 'Directory used in place of /, like DESTDIR' -r -F
complete -c provha -n '__provha_at cluster fs mount' -l db -d 'Database: mysql://user@host[,host2][:port]/db, mysql:///db?socket=PATH or sqlite:PATH. Missing parts come from the DB_* keys' -r
complete -c provha -n '__provha_at cluster fs mount' -l role -d 'Role of this machine; overrides PROVHA__OWN_STATE' -r -a 'master\\t\'Runs the GUI and writes the database; failover primary\' slave\\t\'Only reads the database; failover secondary\' standalone\\t\'One machine without a peer\''
complete -c provha -n '__provha_at cluster fs mount' -l dry-run -d 'Check everything and list what would change, but change nothing'
complete -c provha -n '__provha_at cluster fs mount' -l exit-code -d 'With --dry-run or --diff: exit with 10 if changes are pending'
complete -c provha -n '__provha_at cluster fs mount' -l lock-wait -d 'Wait up to this long for another run to end' -r
complete -c provha -n '__provha_at cluster fs mount' -l json -d 'Print the result as one JSON object on stdout'
complete -c provha -n '__provha_at cluster fs mount' -l color -d 'Use colour' -r -a 'auto\\t\'On a terminal, unless `NO_COLOR` is set or TERM is dumb\' always\\t\'Always\' never\\t\'Never\''
complete -c provha -n '__provha_at cluster fs mount' -s q -l quiet -d 'Print warnings and errors only'
complete -c provha -n '__provha_at cluster fs mount' -s v -l verbose -d 'Print more details'
complete -c provha -n '__provha_at cluster fs mount' -s h -l help -d 'Print help (see more with \'--help\')'
complete -c provha -n '__provha_at cluster fs' -a status -d 'Show whether the volume is whole'
complete -c provha -n '__provha_at cluster fs status' -l env-dir -d 'Directory of the env files [default: /etc/nmsprime/env]' -r -F
complete -c provha -n '__provha_at cluster fs status' -l root -d 'Directory used in place of /, like DESTDIR' -r -F
complete -c provha -n '__provha_at cluster fs status' -l db -d 'Database: mysql://user@host[,host2][:port]/db, mysql:///db?socket=PATH or sqlite:PATH. Missing parts come from the DB_* keys' -r
complete -c provha -n '__provha_at cluster fs status' -l role -d 'Role of this machine; overrides PROVHA__OWN_STATE' -r -a 'master\\t\'Runs the GUI and writes the database; failover primary\' slave\\t\'Only reads the database; failover secondary\' standalone\\t\'One machine without a peer\''
complete -c provha -n '__provha_at cluster fs status' -l strict -d 'Refuse the run (exit 3) if there are findings'
complete -c provha -n '__provha_at cluster fs status' -l json -d 'Print the result as one JSON object on stdout'
complete -c provha -n '__provha_at cluster fs status' -l color -d 'Use colour' -r -a 'auto\\t\'On a terminal, unless `NO_COLOR` is set or TERM is dumb\' always\\t\'Always\' never\\t\'Never\''
complete -c provha -n '__provha_at cluster fs status' -s q -l quiet -d 'Print warnings and errors only'
complete -c provha -n '__provha_at cluster fs status' -s v -l verbose -d 'Print more details'
complete -c provha -n '__provha_at cluster fs status' -s h -l help -d 'Print help (see more with \'--help\')'
complete -c provha -n '__provha_at cluster fs' -a help -d 'Print this message or the help of the given subcommand(s)'
complete -c provha -n '__provha_at cluster fs help' -a init -d 'First step, on each node: glusterd runs, and has a place for its copy'
complete -c provha -n '__provha_at cluster fs help' -a peers -d 'Second step, on the first node: the nodes know each other'
complete -c provha -n '__provha_at cluster fs help' -a volume -d 'Third step, on the first node: two copies and an arbiter, started'
complete -c provha -n '__provha_at cluster fs help' -a mount -d 'Fourth step, on each node that needs the files: mount it'
complete -c provha -n '__provha_at cluster fs help' -a status -d 'Show whether the volume is whole'
complete -c provha -n '__provha_at cluster fs help' -a help -d 'Print this message or the help of the given subcommand(s)'
complete -c provha -n '__provha_at cluster' -a help -d 'Print this message or the help of the given subcommand(s)'
complete -c provha -n '__provha_at cluster help' -a status -d 'Show the state of the database cluster, asking every node'
complete -c provha -n '__provha_at cluster help' -a crosscheck -d 'Show who sees whom: every node against every other one'
complete -c provha -n '__provha_at cluster help' -a primary -d 'Show, or change, which node does the background work'
complete -c provha -n '__provha_at cluster help' -a galera -d 'The database cluster'
complete -c provha -n '__provha_at cluster help galera' -a init -d 'Make this node a part of the cluster, the master first'
complete -c provha -n '__provha_at cluster help galera' -a arbiter -d 'Run the arbiter (garbd) on this machine: a vote without data'
complete -c provha -n '__provha_at cluster help galera' -a recover -d 'Bring the database back after a full stop or a crash'
complete -c provha -n '__provha_at cluster help' -a fs -d 'A directory that GlusterFS holds on all nodes'
complete -c provha -n '__provha_at cluster help fs' -a init -d 'First step, on each node: glusterd runs, and has a place for its copy'
complete -c provha -n '__provha_at cluster help fs' -a peers -d 'Second step, on the first node: the nodes know each other'
complete -c provha -n '__provha_at cluster help fs' -a volume -d 'Third step, on the first node: two copies and an arbiter, started'
complete -c provha -n '__provha_at cluster help fs' -a mount -d 'Fourth step, on each node that needs the files: mount it'
complete -c provha -n '__provha_at cluster help fs' -a status -d 'Show whether the volume is whole'
complete -c provha -n '__provha_at cluster help' -a help -d 'Print this message or the help of the given subcommand(s)'
complete -c provha -n '__provha_at' -a maintenance -d 'Take this node out of service for a while, and bring it back'
complete -c provha -n '__provha_at maintenance' -l env-dir -d 'Directory of the env files [default: /etc/nmsprime/env]' -r -F
complete -c provha -n '__provha_at maintenance' -l root -d 'Directory used in place of /, like DESTDIR' -r -F
complete -c provha -n '__provha_at maintenance' -l db -d 'Database: mysql://user@host[,host2][:port]/db, mysql:///db?socket=PATH or sqlite:PATH. Missing parts come from the DB_* keys' -r
complete -c provha -n '__provha_at maintenance' -l role -d 'Role of this machine; overrides PROVHA__OWN_STATE' -r -a 'master\\t\'Runs the GUI and writes the database; failover primary\' slave\\t\'Only reads the database; failover secondary\' standalone\\t\'One machine without a peer\''
complete -c provha -n '__provha_at maintenance' -l dry-run -d 'Check everything and list what would change, but change nothing'
complete -c provha -n '__provha_at maintenance' -l diff -d 'Like --dry-run, and show the changed lines'
complete -c provha -n '__provha_at maintenance' -l exit-code -d 'With --dry-run or --diff: exit with 10 if changes are pending'
complete -c provha -n '__provha_at maintenance' -l no-activate -d 'Write files, but restart no daemon and contact no host except the database'
complete -c provha -n '__provha_at maintenance' -l strict -d 'Refuse the run (exit 3) if there are findings'
complete -c provha -n '__provha_at maintenance' -l lock-wait -d 'Wait up to this long for another run to end' -r
complete -c provha -n '__provha_at maintenance' -l max-removed-percent -d 'Allow this run to remove up to this share of the live hosts' -r
complete -c provha -n '__provha_at maintenance' -l max-quarantined-percent -d 'Allow this run to leave out up to this share of the rows' -r
complete -c provha -n '__provha_at maintenance' -l allow-empty-pools -d 'Allow this run to remove pools that have active leases'
complete -c provha -n '__provha_at maintenance' -l allow -d 'Allow this run what the guard rails name, such as modems,leases' -r -a 'all\\t\'Everything below\' hosts\\t\'Hosts of all kinds\' modems\\t\'Hosts of modems\' mtas\\t\'Hosts of telephone adapters\' endpoints\\t\'Hosts of endpoints\' blocked\\t\'Modems whose customer devices get no address any more\' cmts\\t\'CMTS\' pools\\t\'Pools that vanish or answer nobody any more\' routers\\t\'Pools whose router changes\' leases\\t\'Active leases that no range holds any more\' access-lists\\t\'Access lists of named and chrony that become empty\' names\\t\'Names of devices that are still there\' files\\t\'Boot files that are removed\' no-file\\t\'Devices that have no valid boot file\' network-access\\t\'Boot files whose NetworkAccess becomes 0\' flows\\t\'Boot files that lose flows or rates\' settings\\t\'Boot files that lose a configfile\\\'s settings\' key-file\\t\'Boot files that are signed with another secret\''
complete -c provha -n '__provha_at maintenance' -l drain -d 'Let the leases of pools that shrank or are gone go on, but give no new ones there, until the last of them has ended'
complete -c provha -n '__provha_at maintenance' -l accept-older-database -d 'Make the database live although what is live was made of newer values'
complete -c provha -n '__provha_at maintenance' -l restart-hold -d 'Delay a restart of dhcpd up to this long while its failover peer does not serve [default: PROVHA__RESTART_HOLD]' -r
complete -c provha -n '__provha_at maintenance' -l reason -d 'Why this is done: kept with the generation or the mute' -r
complete -c provha -n '__provha_at maintenance' -l json -d 'Print the result as one JSON object on stdout'
complete -c provha -n '__provha_at maintenance' -l color -d 'Use colour' -r -a 'auto\\t\'On a terminal, unless `NO_COLOR` is set or TERM is dumb\' always\\t\'Always\' never\\t\'Never\''
complete -c provha -n '__provha_at maintenance' -s q -l quiet -d 'Print warnings and errors only'
complete -c provha -n '__provha_at maintenance' -s v -l verbose -d 'Print more details'
complete -c provha -n '__provha_at maintenance' -s h -l help -d 'Print help (see more with \'--help\')'
complete -c provha -n '__provha_at maintenance' -a start -d 'Take this node out of service; its peer serves meanwhile'
complete -c provha -n '__provha_at maintenance start' -l for -d 'For how long: a number with s, m, h or d; up to 30d' -r
complete -c provha -n '__provha_at maintenance start' -l partner-down -d 'Set the peer to partner-down: it uses all free addresses after MCLT, and this node serves again only MCLT after its return'
complete -c provha -n '__provha_at maintenance start' -l env-dir -d 'Directory of the env files [default: /etc/nmsprime/env]' -r -F
complete -c provha -n '__provha_at maintenance start' -l root -d 'Directory used in place of /, like DESTDIR' -r -F
complete -c provha -n '__provha_at maintenance start' -l db -d 'Database: mysql://user@host[,host2][:port]/db, mysql:///db?socket=PATH or sqlite:PATH. Missing parts come from the DB_* keys' -r
complete -c provha -n '__provha_at maintenance start' -l role -d 'Role of this machine; overrides PROVHA__OWN_STATE' -r -a 'master\\t\'Runs the GUI and writes the database; failover primary\' slave\\t\'Only reads the database; failover secondary\' standalone\\t\'One machine without a peer\''
complete -c provha -n '__provha_at maintenance start' -l dry-run -d 'Check everything and list what would change, but change nothing'
complete -c provha -n '__provha_at maintenance start' -l exit-code -d 'With --dry-run or --diff: exit with 10 if changes are pending'
complete -c provha -n '__provha_at maintenance start' -l lock-wait -d 'Wait up to this long for another run to end' -r
complete -c provha -n '__provha_at maintenance start' -l reason -d 'Why this is done: kept with the generation or the mute' -r
complete -c provha -n '__provha_at maintenance start' -l json -d 'Print the result as one JSON object on stdout'
complete -c provha -n '__provha_at maintenance start' -l color -d 'Use colour' -r -a 'auto\\t\'On a terminal, unless `NO_COLOR` is set or TERM is dumb\' always\\t\'Always\' never\\t\'Never\''
complete -c provha -n '__provha_at maintenance start' -s q -l quiet -d 'Print warnings and errors only'
complete -c provha -n '__provha_at maintenance start' -s v -l verbose -d 'Print more details'
complete -c provha -n '__provha_at maintenance start' -s h -l help -d 'Print help (see more with \'--help\')'
complete -c provha -n '__provha_at maintenance' -a end -d 'Bring this node back into service'
complete -c provha -n '__provha_at maintenance end' -l env-dir -d 'Directory of the env files [default: /etc/nmsprime/env]' -r -F
complete -c provha -n '__provha_at maintenance end' -l root -d 'Directory used in place of /, like DESTDIR' -r -F
complete -c provha -n '__provha_at maintenance end' -l db -d 'Database: mysql://user@host[,host2][:port]/db, mysql:///db?socket=PATH or sqlite:PATH. Missing parts come from the DB_* keys' -r
complete -c provha -n '__provha_at maintenance end' -l role -d 'Role of this machine; overrides PROVHA__OWN_STATE' -r -a 'master\\t\'Runs the GUI and writes the database; failover primary\' slave\\t\'Only reads the database; failover secondary\' standalone\\t\'One machine without a peer\''
complete -c provha -n '__provha_at maintenance end' -l dry-run -d 'Check everything and list what would change, but change nothing'
complete -c provha -n '__provha_at maintenance end' -l exit-code -d 'With --dry-run or --diff: exit with 10 if changes are pending'
complete -c provha -n '__provha_at maintenance end' -l lock-wait -d 'Wait up to this long for another run to end' -r
complete -c provha -n '__provha_at maintenance end' -l json -d 'Print the result as one JSON object on stdout'
complete -c provha -n '__provha_at maintenance end' -l color -d 'Use colour' -r -a 'auto\\t\'On a terminal, unless `NO_COLOR` is set or TERM is dumb\' always\\t\'Always\' never\\t\'Never\''
complete -c provha -n '__provha_at maintenance end' -s q -l quiet -d 'Print warnings and errors only'
complete -c provha -n '__provha_at maintenance end' -s v -l verbose -d 'Print more details'
complete -c provha -n '__provha_at maintenance end' -s h -l help -d 'Print help (see more with \'--help\')'
complete -c provha -n '__provha_at maintenance' -a help -d 'Print this message or the help of the given subcommand(s)'
complete -c provha -n '__provha_at maintenance help' -a start -d 'Take this node out of service; its peer serves meanwhile'
complete -c provha -n '__provha_at maintenance help' -a end -d 'Bring this node back into service'
complete -c provha -n '__provha_at maintenance help' -a help -d 'Print this message or the help of the given subcommand(s)'
complete -c provha -n '__provha_at' -a config -d 'Show the effective configuration'
complete -c provha -n '__provha_at config' -l env-dir -d 'Directory of the env files [default: /etc/nmsprime/env]' -r -F
complete -c provha -n '__provha_at config' -l root -d 'Directory used in place of /, like DESTDIR' -r -F
complete -c provha -n '__provha_at config' -l db -d 'Database: mysql://user@host[,host2][:port]/db, mysql:///db?socket=PATH or sqlite:PATH. Missing parts come from the DB_* keys' -r
complete -c provha -n '__provha_at config' -l role -d 'Role of this machine; overrides PROVHA__OWN_STATE' -r -a 'master\\t\'Runs the GUI and writes the database; failover primary\' slave\\t\'Only reads the database; failover secondary\' standalone\\t\'One machine without a peer\''
complete -c provha -n '__provha_at config' -l dry-run -d 'Check everything and list what would change, but change nothing'
complete -c provha -n '__provha_at config' -l diff -d 'Like --dry-run, and show the changed lines'
complete -c provha -n '__provha_at config' -l exit-code -d 'With --dry-run or --diff: exit with 10 if changes are pending'
complete -c provha -n '__provha_at config' -l no-activate -d 'Write files, but restart no daemon and contact no host except the database'
complete -c provha -n '__provha_at config' -l strict -d 'Refuse the run (exit 3) if there are findings'
complete -c provha -n '__provha_at config' -l lock-wait -d 'Wait up to this long for another run to end' -r
complete -c provha -n '__provha_at config' -l max-removed-percent -d 'Allow this run to remove up to this share of the live hosts' -r
complete -c provha -n '__provha_at config' -l max-quarantined-percent -d 'Allow this run to leave out up to this share of the rows' -r
complete -c provha -n '__provha_at config' -l allow-empty-pools -d 'Allow this run to remove pools that have active leases'
complete -c provha -n '__provha_at config' -l allow -d 'Allow this run what the guard rails name, such as modems,leases' -r -a 'all\\t\'Everything below\' hosts\\t\'Hosts of all kinds\' modems\\t\'Hosts of modems\' mtas\\t\'Hosts of telephone adapters\' endpoints\\t\'Hosts of endpoints\' blocked\\t\'Modems whose customer devices get no address any more\' cmts\\t\'CMTS\' pools\\t\'Pools that vanish or answer nobody any more\' routers\\t\'Pools whose router changes\' leases\\t\'Active leases that no range holds any more\' access-lists\\t\'Access lists of named and chrony that become empty\' names\\t\'Names of devices that are still there\' files\\t\'Boot files that are removed\' no-file\\t\'Devices that have no valid boot file\' network-access\\t\'Boot files whose NetworkAccess becomes 0\' flows\\t\'Boot files that lose flows or rates\' settings\\t\'Boot files that lose a configfile\\\'s settings\' key-file\\t\'Boot files that are signed with another secret\''
complete -c provha -n '__provha_at config' -l drain -d 'Let the leases of pools that shrank or are gone go on, but give no new ones there, until the last of them has ended'
complete -c provha -n '__provha_at config' -l accept-older-database -d 'Make the database live although what is live was made of newer values'
complete -c provha -n '__provha_at config' -l restart-hold -d 'Delay a restart of dhcpd up to this long while its failover peer does not serve [default: PROVHA__RESTART_HOLD]' -r
complete -c provha -n '__provha_at config' -l reason -d 'Why this is done: kept with the generation or the mute' -r
complete -c provha -n '__provha_at config' -l json -d 'Print the result as one JSON object on stdout'
complete -c provha -n '__provha_at config' -l color -d 'Use colour' -r -a 'auto\\t\'On a terminal, unless `NO_COLOR` is set or TERM is dumb\' always\\t\'Always\' never\\t\'Never\''
complete -c provha -n '__provha_at config' -s q -l quiet -d 'Print warnings and errors only'
complete -c provha -n '__provha_at config' -s v -l verbose -d 'Print more details'
complete -c provha -n '__provha_at config' -s h -l help -d 'Print help (see more with \'--help\')'
complete -c provha -n '__provha_at config' -a show -d 'Print every key with its effective value; secrets are masked'
complete -c provha -n '__provha_at config show' -l origin -d 'Print where each value comes from: file and line, or the default'
complete -c provha -n '__provha_at config show' -l env-dir -d 'Directory of the env files [default: /etc/nmsprime/env]' -r -F
complete -c provha -n '__provha_at config show' -l root -d 'Directory used in place of /, like DESTDIR' -r -F
complete -c provha -n '__provha_at config show' -l db -d 'Database: mysql://user@host[,host2][:port]/db, mysql:///db?socket=PATH or sqlite:PATH. Missing parts come from the DB_* keys' -r
complete -c provha -n '__provha_at config show' -l role -d 'Role of this machine; overrides PROVHA__OWN_STATE' -r -a 'master\\t\'Runs the GUI and writes the database; failover primary\' slave\\t\'Only reads the database; failover secondary\' standalone\\t\'One machine without a peer\''
complete -c provha -n '__provha_at config show' -l json -d 'Print the result as one JSON object on stdout'
complete -c provha -n '__provha_at config show' -l color -d 'Use colour' -r -a 'auto\\t\'On a terminal, unless `NO_COLOR` is set or TERM is dumb\' always\\t\'Always\' never\\t\'Never\''
complete -c provha -n '__provha_at config show' -s q -l quiet -d 'Print warnings and errors only'
complete -c provha -n '__provha_at config show' -s v -l verbose -d 'Print more details'
complete -c provha -n '__provha_at config show' -s h -l help -d 'Print help (see more with \'--help\')'
complete -c provha -n '__provha_at config' -a help -d 'Print this message or the help of the given subcommand(s)'
complete -c provha -n '__provha_at config help' -a show -d 'Print every key with its effective value; secrets are masked'
complete -c provha -n '__provha_at config help' -a help -d 'Print this message or the help of the given subcommand(s)'
complete -c provha -n '__provha_at' -a db -d 'Show what of the database can be read, or copy a masked part of it'
complete -c provha -n '__provha_at db' -l env-dir -d 'Directory of the env files [default: /etc/nmsprime/env]' -r -F
complete -c provha -n '__provha_at db' -l root -d 'Directory used in place of /, like DESTDIR' -r -F
complete -c provha -n '__provha_at db' -l db -d 'Database: mysql://user@host[,host2][:port]/db, mysql:///db?socket=PATH or sqlite:PATH. Missing parts come from the DB_* keys' -r
complete -c provha -n '__provha_at db' -l role -d 'Role of this machine; overrides PROVHA__OWN_STATE' -r -a 'master\\t\'Runs the GUI and writes the database; failover primary\' slave\\t\'Only reads the database; failover secondary\' standalone\\t\'One machine without a peer\''
complete -c provha -n '__provha_at db' -l dry-run -d 'Check everything and list what would change, but change nothing'
complete -c provha -n '__provha_at db' -l diff -d 'Like --dry-run, and show the changed lines'
complete -c provha -n '__provha_at db' -l exit-code -d 'With --dry-run or --diff: exit with 10 if changes are pending'
complete -c provha -n '__provha_at db' -l no-activate -d 'Write files, but restart no daemon and contact no host except the database'
complete -c provha -n '__provha_at db' -l strict -d 'Refuse the run (exit 3) if there are findings'
complete -c provha -n '__provha_at db' -l lock-wait -d 'Wait up to this long for another run to end' -r
complete -c provha -n '__provha_at db' -l max-removed-percent -d 'Allow this run to remove up to this share of the live hosts' -r
complete -c provha -n '__provha_at db' -l max-quarantined-percent -d 'Allow this run to leave out up to this share of the rows' -r
complete -c provha -n '__provha_at db' -l allow-empty-pools -d 'Allow this run to remove pools that have active leases'
complete -c provha -n '__provha_at db' -l allow -d 'Allow this run what the guard rails name, such as modems,leases' -r -a 'all\\t\'Everything below\' hosts\\t\'Hosts of all kinds\' modems\\t\'Hosts of modems\' mtas\\t\'Hosts of telephone adapters\' endpoints\\t\'Hosts of endpoints\' blocked\\t\'Modems whose customer devices get no address any more\' cmts\\t\'CMTS\' pools\\t\'Pools that vanish or answer nobody any more\' routers\\t\'Pools whose router changes\' leases\\t\'Active leases that no range holds any more\' access-lists\\t\'Access lists of named and chrony that become empty\' names\\t\'Names of devices that are still there\' files\\t\'Boot files that are removed\' no-file\\t\'Devices that have no valid boot file\' network-access\\t\'Boot files whose NetworkAccess becomes 0\' flows\\t\'Boot files that lose flows or rates\' settings\\t\'Boot files that lose a configfile\\\'s settings\' key-file\\t\'Boot files that are signed with another secret\''
complete -c provha -n '__provha_at db' -l drain -d 'Let the leases of pools that shrank or are gone go on, but give no new ones there, until the last of them has ended'
complete -c provha -n '__provha_at db' -l accept-older-database -d 'Make the database live although what is live was made of newer values'
complete -c provha -n '__provha_at db' -l restart-hold -d 'Delay a restart of dhcpd up to this long while its failover peer does not serve [default: PROVHA__RESTART_HOLD]' -r
complete -c provha -n '__provha_at db' -l reason -d 'Why this is done: kept with the generation or the mute' -r
complete -c provha -n '__provha_at db' -l json -d 'Print the result as one JSON object on stdout'
complete -c provha -n '__provha_at db' -l color -d 'Use colour' -r -a 'auto\\t\'On a terminal, unless `NO_COLOR` is set or TERM is dumb\' always\\t\'Always\' never\\t\'Never\''
complete -c provha -n '__provha_at db' -s q -l quiet -d 'Print warnings and errors only'
complete -c provha -n '__provha_at db' -s v -l verbose -d 'Print more details'
complete -c provha -n '__provha_at db' -s h -l help -d 'Print help (see more with \'--help\')'
complete -c provha -n '__provha_at db' -a check -d 'Show engine, release and rights: what is missing, what may not be read'
complete -c provha -n '__provha_at db check' -l env-dir -d 'Directory of the env files [default: /etc/nmsprime/env]' -r -F
complete -c provha -n '__provha_at db check' -l root -d 'Directory used in place of /, like DESTDIR' -r -F
complete -c provha -n '__provha_at db check' -l db -d 'Database: mysql://user@host[,host2][:port]/db, mysql:///db?socket=PATH or sqlite:PATH. Missing parts come from the DB_* keys' -r
complete -c provha -n '__provha_at db check' -l role -d 'Role of this machine; overrides PROVHA__OWN_STATE' -r -a 'master\\t\'Runs the GUI and writes the database; failover primary\' slave\\t\'Only reads the database; failover secondary\' standalone\\t\'One machine without a peer\''
complete -c provha -n '__provha_at db check' -l json -d 'Print the result as one JSON object on stdout'
complete -c provha -n '__provha_at db check' -l color -d 'Use colour' -r -a 'auto\\t\'On a terminal, unless `NO_COLOR` is set or TERM is dumb\' always\\t\'Always\' never\\t\'Never\''
complete -c provha -n '__provha_at db check' -s q -l quiet -d 'Print warnings and errors only'
complete -c provha -n '__provha_at db check' -s v -l verbose -d 'Print more details'
complete -c provha -n '__provha_at db check' -s h -l help -d 'Print help (see more with \'--help\')'
complete -c provha -n '__provha_at db' -a sample -d 'Write a masked copy of some rows, small enough to send'
complete -c provha -n '__provha_at db sample' -l out -d 'File to make: FILE.sqlite, or FILE.sql' -r -F
complete -c provha -n '__provha_at db sample' -l device -d 'Only this device (id, MAC or host name) and what belongs to it; may be repeated [default: what findings name, and the first rows]' -r
complete -c provha -n '__provha_at db sample' -l rows -d 'Rows per table without a finding, and per kind of finding' -r
complete -c provha -n '__provha_at db sample' -l env-dir -d 'Directory of the env files [default: /etc/nmsprime/env]' -r -F
complete -c provha -n '__provha_at db sample' -l root -d 'Directory used in place of /, like DESTDIR' -r -F
complete -c provha -n '__provha_at db sample' -l db -d 'Database: mysql://user@host[,host2][:port]/db, mysql:///db?socket=PATH or sqlite:PATH. Missing parts come from the DB_* keys' -r
complete -c provha -n '__provha_at db sample' -l role -d 'Role of this machine; overrides PROVHA__OWN_STATE' -r -a 'master\\t\'Runs the GUI and writes the database; failover primary\' slave\\t\'Only reads the database; failover secondary\' standalone\\t\'One machine without a peer\''
complete -c provha -n '__provha_at db sample' -l json -d 'Print the result as one JSON object on stdout'
complete -c provha -n '__provha_at db sample' -l color -d 'Use colour' -r -a 'auto\\t\'On a terminal, unless `NO_COLOR` is set or TERM is dumb\' always\\t\'Always\' never\\t\'Never\''
complete -c provha -n '__provha_at db sample' -s q -l quiet -d 'Print warnings and errors only'
complete -c provha -n '__provha_at db sample' -s v -l verbose -d 'Print more details'
complete -c provha -n '__provha_at db sample' -s h -l help -d 'Print help (see more with \'--help\')'
complete -c provha -n '__provha_at db' -a help -d 'Print this message or the help of the given subcommand(s)'
complete -c provha -n '__provha_at db help' -a check -d 'Show engine, release and rights: what is missing, what may not be read'
complete -c provha -n '__provha_at db help' -a sample -d 'Write a masked copy of some rows, small enough to send'
complete -c provha -n '__provha_at db help' -a help -d 'Print this message or the help of the given subcommand(s)'
complete -c provha -n '__provha_at' -a support -d 'Write a masked bundle for support: state, settings, a replayable sample'
complete -c provha -n '__provha_at support' -l out -d 'File to make: FILE.tar.zst' -r -F
complete -c provha -n '__provha_at support' -l device -d 'Only this device (id, MAC or host name) and what belongs to it; may be repeated [default: what findings name, and the first rows]' -r
complete -c provha -n '__provha_at support' -l rows -d 'Rows per table without a finding, and per kind of finding' -r
complete -c provha -n '__provha_at support' -l env-dir -d 'Directory of the env files [default: /etc/nmsprime/env]' -r -F
complete -c provha -n '__provha_at support' -l root -d 'Directory used in place of /, like DESTDIR' -r -F
complete -c provha -n '__provha_at support' -l db -d 'Database: mysql://user@host[,host2][:port]/db, mysql:///db?socket=PATH or sqlite:PATH. Missing parts come from the DB_* keys' -r
complete -c provha -n '__provha_at support' -l role -d 'Role of this machine; overrides PROVHA__OWN_STATE' -r -a 'master\\t\'Runs the GUI and writes the database; failover primary\' slave\\t\'Only reads the database; failover secondary\' standalone\\t\'One machine without a peer\''
complete -c provha -n '__provha_at support' -l no-activate -d 'Write files, but restart no daemon and contact no host except the database'
complete -c provha -n '__provha_at support' -l json -d 'Print the result as one JSON object on stdout'
complete -c provha -n '__provha_at support' -l color -d 'Use colour' -r -a 'auto\\t\'On a terminal, unless `NO_COLOR` is set or TERM is dumb\' always\\t\'Always\' never\\t\'Never\''
complete -c provha -n '__provha_at support' -s q -l quiet -d 'Print warnings and errors only'
complete -c provha -n '__provha_at support' -s v -l verbose -d 'Print more details'
complete -c provha -n '__provha_at support' -s h -l help -d 'Print help (see more with \'--help\')'
complete -c provha -n '__provha_at' -a pair -d 'Enter or leave the failover pair: asks the peer first'
complete -c provha -n '__provha_at pair' -l env-dir -d 'Directory of the env files [default: /etc/nmsprime/env]' -r -F
complete -c provha -n '__provha_at pair' -l root -d 'Directory used in place of /, like DESTDIR' -r -F
complete -c provha -n '__provha_at pair' -l db -d 'Database: mysql://user@host[,host2][:port]/db, mysql:///db?socket=PATH or sqlite:PATH. Missing parts come from the DB_* keys' -r
complete -c provha -n '__provha_at pair' -l role -d 'Role of this machine; overrides PROVHA__OWN_STATE' -r -a 'master\\t\'Runs the GUI and writes the database; failover primary\' slave\\t\'Only reads the database; failover secondary\' standalone\\t\'One machine without a peer\''
complete -c provha -n '__provha_at pair' -l dry-run -d 'Check everything and list what would change, but change nothing'
complete -c provha -n '__provha_at pair' -l diff -d 'Like --dry-run, and show the changed lines'
complete -c provha -n '__provha_at pair' -l exit-code -d 'With --dry-run or --diff: exit with 10 if changes are pending'
complete -c provha -n '__provha_at pair' -l no-activate -d 'Write files, but restart no daemon and contact no host except the database'
complete -c provha -n '__provha_at pair' -l strict -d 'Refuse the run (exit 3) if there are findings'
complete -c provha -n '__provha_at pair' -l lock-wait -d 'Wait up to this long for another run to end' -r
complete -c provha -n '__provha_at pair' -l max-removed-percent -d 'Allow this run to remove up to this share of the live hosts' -r
complete -c provha -n '__provha_at pair' -l max-quarantined-percent -d 'Allow this run to leave out up to this share of the rows' -r
complete -c provha -n '__provha_at pair' -l allow-empty-pools -d 'Allow this run to remove pools that have active leases'
complete -c provha -n '__provha_at pair' -l allow -d 'Allow this run what the guard rails name, such as modems,leases' -r -a 'all\\t\'Everything below\' hosts\\t\'Hosts of all kinds\' modems\\t\'Hosts of modems\' mtas\\t\'Hosts of telephone adapters\' endpoints\\t\'Hosts of endpoints\' blocked\\t\'Modems whose customer devices get no address any more\' cmts\\t\'CMTS\' pools\\t\'Pools that vanish or answer nobody any more\' routers\\t\'Pools whose router changes\' leases\\t\'Active leases that no range holds any more\' access-lists\\t\'Access lists of named and chrony that become empty\' names\\t\'Names of devices that are still there\' files\\t\'Boot files that are removed\' no-file\\t\'Devices that have no valid boot file\' network-access\\t\'Boot files whose NetworkAccess becomes 0\' flows\\t\'Boot files that lose flows or rates\' settings\\t\'Boot files that lose a configfile\\\'s settings\' key-file\\t\'Boot files that are signed with another secret\''
complete -c provha -n '__provha_at pair' -l drain -d 'Let the leases of pools that shrank or are gone go on, but give no new ones there, until the last of them has ended'
complete -c provha -n '__provha_at pair' -l accept-older-database -d 'Make the database live although what is live was made of newer values'
complete -c provha -n '__provha_at pair' -l restart-hold -d 'Delay a restart of dhcpd up to this long while its failover peer does not serve [default: PROVHA__RESTART_HOLD]' -r
complete -c provha -n '__provha_at pair' -l reason -d 'Why this is done: kept with the generation or the mute' -r
complete -c provha -n '__provha_at pair' -l json -d 'Print the result as one JSON object on stdout'
complete -c provha -n '__provha_at pair' -l color -d 'Use colour' -r -a 'auto\\t\'On a terminal, unless `NO_COLOR` is set or TERM is dumb\' always\\t\'Always\' never\\t\'Never\''
complete -c provha -n '__provha_at pair' -s q -l quiet -d 'Print warnings and errors only'
complete -c provha -n '__provha_at pair' -s v -l verbose -d 'Print more details'
complete -c provha -n '__provha_at pair' -s h -l help -d 'Print help (see more with \'--help\')'
complete -c provha -n '__provha_at pair' -a leave -d 'Serve without the peer from now on'
complete -c provha -n '__provha_at pair leave' -l yes -d 'Yes, the peer is off and stays off'
complete -c provha -n '__provha_at pair leave' -l env-dir -d 'Directory of the env files [default: /etc/nmsprime/env]' -r -F
complete -c provha -n '__provha_at pair leave' -l root -d 'Directory used in place of /, like DESTDIR' -r -F
complete -c provha -n '__provha_at pair leave' -l db -d 'Database: mysql://user@host[,host2][:port]/db, mysql:///db?socket=PATH or sqlite:PATH. Missing parts come from the DB_* keys' -r
complete -c provha -n '__provha_at pair leave' -l role -d 'Role of this machine; overrides PROVHA__OWN_STATE' -r -a 'master\\t\'Runs the GUI and writes the database; failover primary\' slave\\t\'Only reads the database; failover secondary\' standalone\\t\'One machine without a peer\''
complete -c provha -n '__provha_at pair leave' -l dry-run -d 'Check everything and list what would change, but change nothing'
complete -c provha -n '__provha_at pair leave' -l diff -d 'Like --dry-run, and show the changed lines'
complete -c provha -n '__provha_at pair leave' -l exit-code -d 'With --dry-run or --diff: exit with 10 if changes are pending'
complete -c provha -n '__provha_at pair leave' -l no-activate -d 'Write files, but restart no daemon and contact no host except the database'
complete -c provha -n '__provha_at pair leave' -l strict -d 'Refuse the run (exit 3) if there are findings'
complete -c provha -n '__provha_at pair leave' -l lock-wait -d 'Wait up to this long for another run to end' -r
complete -c provha -n '__provha_at pair leave' -l max-removed-percent -d 'Allow this run to remove up to this share of the live hosts' -r
complete -c provha -n '__provha_at pair leave' -l max-quarantined-percent -d 'Allow this run to leave out up to this share of the rows' -r
complete -c provha -n '__provha_at pair leave' -l allow-empty-pools -d 'Allow this run to remove pools that have active leases'
complete -c provha -n '__provha_at pair leave' -l allow -d 'Allow this run what the guard rails name, such as modems,leases' -r -a 'all\\t\'Everything below\' hosts\\t\'Hosts of all kinds\' modems\\t\'Hosts of modems\' mtas\\t\'Hosts of telephone adapters\' endpoints\\t\'Hosts of endpoints\' blocked\\t\'Modems whose customer devices get no address any more\' cmts\\t\'CMTS\' pools\\t\'Pools that vanish or answer nobody any more\' routers\\t\'Pools whose router changes\' leases\\t\'Active leases that no range holds any more\' access-lists\\t\'Access lists of named and chrony that become empty\' names\\t\'Names of devices that are still there\' files\\t\'Boot files that are removed\' no-file\\t\'Devices that have no valid boot file\' network-access\\t\'Boot files whose NetworkAccess becomes 0\' flows\\t\'Boot files that lose flows or rates\' settings\\t\'Boot files that lose a configfile\\\'s settings\' key-file\\t\'Boot files that are signed with another secret\''
complete -c provha -n '__provha_at pair leave' -l drain -d 'Let the leases of pools that shrank or are gone go on, but give no new ones there, until the last of them has ended'
complete -c provha -n '__provha_at pair leave' -l accept-older-database -d 'Make the database live although what is live was made of newer values'
complete -c provha -n '__provha_at pair leave' -l restart-hold -d 'Delay a restart of dhcpd up to this long while its failover peer does not serve [default: PROVHA__RESTART_HOLD]' -r
complete -c provha -n '__provha_at pair leave' -l reason -d 'Why this is done: kept with the generation or the mute' -r
complete -c provha -n '__provha_at pair leave' -l json -d 'Print the result as one JSON object on stdout'
complete -c provha -n '__provha_at pair leave' -l color -d 'Use colour' -r -a 'auto\\t\'On a terminal, unless `NO_COLOR` is set or TERM is dumb\' always\\t\'Always\' never\\t\'Never\''
complete -c provha -n '__provha_at pair leave' -s q -l quiet -d 'Print warnings and errors only'
complete -c provha -n '__provha_at pair leave' -s v -l verbose -d 'Print more details'
complete -c provha -n '__provha_at pair leave' -s h -l help -d 'Print help (see more with \'--help\')'
complete -c provha -n '__provha_at pair' -a join -d 'Serve as one of a pair from now on'
complete -c provha -n '__provha_at pair join' -l start-alone -d 'Although the peer is away: nobody is served for 15 s, and after that only if the peer is proved dead'
complete -c provha -n '__provha_at pair join' -l env-dir -d 'Directory of the env files [default: /etc/nmsprime/env]' -r -F
complete -c provha -n '__provha_at pair join' -l root -d 'Directory used in place of /, like DESTDIR' -r -F
complete -c provha -n '__provha_at pair join' -l db -d 'Database: mysql://user@host[,host2][:port]/db, mysql:///db?socket=PATH or sqlite:PATH. Missing parts come from the DB_* keys' -r
complete -c provha -n '__provha_at pair join' -l role -d 'Role of this machine; overrides PROVHA__OWN_STATE' -r -a 'master\\t\'Runs the GUI and writes the database; failover primary\' slave\\t\'Only reads the database; failover secondary\' standalone\\t\'One machine without a peer\''
complete -c provha -n '__provha_at pair join' -l dry-run -d 'Check everything and list what would change, but change nothing'
complete -c provha -n '__provha_at pair join' -l diff -d 'Like --dry-run, and show the changed lines'
complete -c provha -n '__provha_at pair join' -l exit-code -d 'With --dry-run or --diff: exit with 10 if changes are pending'
complete -c provha -n '__provha_at pair join' -l no-activate -d 'Write files, but restart no daemon and contact no host except the database'
complete -c provha -n '__provha_at pair join' -l strict -d 'Refuse the run (exit 3) if there are findings'
complete -c provha -n '__provha_at pair join' -l lock-wait -d 'Wait up to this long for another run to end' -r
complete -c provha -n '__provha_at pair join' -l max-removed-percent -d 'Allow this run to remove up to this share of the live hosts' -r
complete -c provha -n '__provha_at pair join' -l max-quarantined-percent -d 'Allow this run to leave out up to this share of the rows' -r
complete -c provha -n '__provha_at pair join' -l allow-empty-pools -d 'Allow this run to remove pools that have active leases'
complete -c provha -n '__provha_at pair join' -l allow -d 'Allow this run what the guard rails name, such as modems,leases' -r -a 'all\\t\'Everything below\' hosts\\t\'Hosts of all kinds\' modems\\t\'Hosts of modems\' mtas\\t\'Hosts of telephone adapters\' endpoints\\t\'Hosts of endpoints\' blocked\\t\'Modems whose customer devices get no address any more\' cmts\\t\'CMTS\' pools\\t\'Pools that vanish or answer nobody any more\' routers\\t\'Pools whose router changes\' leases\\t\'Active leases that no range holds any more\' access-lists\\t\'Access lists of named and chrony that become empty\' names\\t\'Names of devices that are still there\' files\\t\'Boot files that are removed\' no-file\\t\'Devices that have no valid boot file\' network-access\\t\'Boot files whose NetworkAccess becomes 0\' flows\\t\'Boot files that lose flows or rates\' settings\\t\'Boot files that lose a configfile\\\'s settings\' key-file\\t\'Boot files that are signed with another secret\''
complete -c provha -n '__provha_at pair join' -l drain -d 'Let the leases of pools that shrank or are gone go on, but give no new ones there, until the last of them has ended'
complete -c provha -n '__provha_at pair join' -l accept-older-database -d 'Make the database live although what is live was made of newer values'
complete -c provha -n '__provha_at pair join' -l restart-hold -d 'Delay a restart of dhcpd up to this long while its failover peer does not serve [default: PROVHA__RESTART_HOLD]' -r
complete -c provha -n '__provha_at pair join' -l reason -d 'Why this is done: kept with the generation or the mute' -r
complete -c provha -n '__provha_at pair join' -l json -d 'Print the result as one JSON object on stdout'
complete -c provha -n '__provha_at pair join' -l color -d 'Use colour' -r -a 'auto\\t\'On a terminal, unless `NO_COLOR` is set or TERM is dumb\' always\\t\'Always\' never\\t\'Never\''
complete -c provha -n '__provha_at pair join' -s q -l quiet -d 'Print warnings and errors only'
complete -c provha -n '__provha_at pair join' -s v -l verbose -d 'Print more details'
complete -c provha -n '__provha_at pair join' -s h -l help -d 'Print help (see more with \'--help\')'
complete -c provha -n '__provha_at pair' -a help -d 'Print this message or the help of the given subcommand(s)'
complete -c provha -n '__provha_at pair help' -a leave -d 'Serve without the peer from now on'
complete -c provha -n '__provha_at pair help' -a join -d 'Serve as one of a pair from now on'
complete -c provha -n '__provha_at pair help' -a help -d 'Print this message or the help of the given subcommand(s)'
complete -c provha -n '__provha_at' -a probe -d 'Ask both servers as a device would, and tell how far it would get'
complete -c provha -n '__provha_at probe' -l format -d 'Output format [default: human]' -r -a 'icinga\\t\'Monitoring plugin: Icinga, Nagios, Naemon\''
complete -c provha -n '__provha_at probe' -l discover -d 'Ask for a device without a lease as well: dhcpd keeps an address for it for two minutes'
complete -c provha -n '__provha_at probe' -l env-dir -d 'Directory of the env files [default: /etc/nmsprime/env]' -r -F
complete -c provha -n '__provha_at probe' -l root -d 'Directory used in place of /, like DESTDIR' -r -F
complete -c provha -n '__provha_at probe' -l db -d 'Database: mysql://user@host[,host2][:port]/db, mysql:///db?socket=PATH or sqlite:PATH. Missing parts come from the DB_* keys' -r
complete -c provha -n '__provha_at probe' -l role -d 'Role of this machine; overrides PROVHA__OWN_STATE' -r -a 'master\\t\'Runs the GUI and writes the database; failover primary\' slave\\t\'Only reads the database; failover secondary\' standalone\\t\'One machine without a peer\''
complete -c provha -n '__provha_at probe' -l json -d 'Print the result as one JSON object on stdout'
complete -c provha -n '__provha_at probe' -l color -d 'Use colour' -r -a 'auto\\t\'On a terminal, unless `NO_COLOR` is set or TERM is dumb\' always\\t\'Always\' never\\t\'Never\''
complete -c provha -n '__provha_at probe' -s q -l quiet -d 'Print warnings and errors only'
complete -c provha -n '__provha_at probe' -s v -l verbose -d 'Print more details'
complete -c provha -n '__provha_at probe' -s h -l help -d 'Print help (see more with \'--help\')'
complete -c provha -n '__provha_at' -a leases -d 'Show who had an address, or which addresses a client had, and when'
complete -c provha -n '__provha_at leases' -l at -d 'Only who had it at this time: \'2026-11-29 03:00\', \'03:00\', \'-2h\'' -r
complete -c provha -n '__provha_at leases' -l local -d 'Do not ask the peer'
complete -c provha -n '__provha_at leases' -l env-dir -d 'Directory of the env files [default: /etc/nmsprime/env]' -r -F
complete -c provha -n '__provha_at leases' -l root -d 'Directory used in place of /, like DESTDIR' -r -F
complete -c provha -n '__provha_at leases' -l db -d 'Database: mysql://user@host[,host2][:port]/db, mysql:///db?socket=PATH or sqlite:PATH. Missing parts come from the DB_* keys' -r
complete -c provha -n '__provha_at leases' -l role -d 'Role of this machine; overrides PROVHA__OWN_STATE' -r -a 'master\\t\'Runs the GUI and writes the database; failover primary\' slave\\t\'Only reads the database; failover secondary\' standalone\\t\'One machine without a peer\''
complete -c provha -n '__provha_at leases' -l json -d 'Print the result as one JSON object on stdout'
complete -c provha -n '__provha_at leases' -l color -d 'Use colour' -r -a 'auto\\t\'On a terminal, unless `NO_COLOR` is set or TERM is dumb\' always\\t\'Always\' never\\t\'Never\''
complete -c provha -n '__provha_at leases' -s q -l quiet -d 'Print warnings and errors only'
complete -c provha -n '__provha_at leases' -s v -l verbose -d 'Print more details'
complete -c provha -n '__provha_at leases' -s h -l help -d 'Print help (see more with \'--help\')'
complete -c provha -n '__provha_at' -a log -d 'List the kept generations: what was live, and when'
complete -c provha -n '__provha_at log' -l env-dir -d 'Directory of the env files [default: /etc/nmsprime/env]' -r -F
complete -c provha -n '__provha_at log' -l root -d 'Directory used in place of /, like DESTDIR' -r -F
complete -c provha -n '__provha_at log' -l db -d 'Database: mysql://user@host[,host2][:port]/db, mysql:///db?socket=PATH or sqlite:PATH. Missing parts come from the DB_* keys' -r
complete -c provha -n '__provha_at log' -l role -d 'Role of this machine; overrides PROVHA__OWN_STATE' -r -a 'master\\t\'Runs the GUI and writes the database; failover primary\' slave\\t\'Only reads the database; failover secondary\' standalone\\t\'One machine without a peer\''
complete -c provha -n '__provha_at log' -l json -d 'Print the result as one JSON object on stdout'
complete -c provha -n '__provha_at log' -l color -d 'Use colour' -r -a 'auto\\t\'On a terminal, unless `NO_COLOR` is set or TERM is dumb\' always\\t\'Always\' never\\t\'Never\''
complete -c provha -n '__provha_at log' -s q -l quiet -d 'Print warnings and errors only'
complete -c provha -n '__provha_at log' -s v -l verbose -d 'Print more details'
complete -c provha -n '__provha_at log' -s h -l help -d 'Print help (see more with \'--help\')'
complete -c provha -n '__provha_at' -a rollback -d 'Make an earlier generation live again'
complete -c provha -n '__provha_at rollback' -l env-dir -d 'Directory of the env files [default: /etc/nmsprime/env]' -r -F
complete -c provha -n '__provha_at rollback' -l root -d 'Directory used in place of /, like DESTDIR' -r -F
complete -c provha -n '__provha_at rollback' -l db -d 'Database: mysql://user@host[,host2][:port]/db, mysql:///db?socket=PATH or sqlite:PATH. Missing parts come from the DB_* keys' -r
complete -c provha -n '__provha_at rollback' -l role -d 'Role of this machine; overrides PROVHA__OWN_STATE' -r -a 'master\\t\'Runs the GUI and writes the database; failover primary\' slave\\t\'Only reads the database; failover secondary\' standalone\\t\'One machine without a peer\''
complete -c provha -n '__provha_at rollback' -l dry-run -d 'Check everything and list what would change, but change nothing'
complete -c provha -n '__provha_at rollback' -l diff -d 'Like --dry-run, and show the changed lines'
complete -c provha -n '__provha_at rollback' -l exit-code -d 'With --dry-run or --diff: exit with 10 if changes are pending'
complete -c provha -n '__provha_at rollback' -l no-activate -d 'Write files, but restart no daemon and contact no host except the database'
complete -c provha -n '__provha_at rollback' -l lock-wait -d 'Wait up to this long for another run to end' -r
complete -c provha -n '__provha_at rollback' -l restart-hold -d 'Delay a restart of dhcpd up to this long while its failover peer does not serve [default: PROVHA__RESTART_HOLD]' -r
complete -c provha -n '__provha_at rollback' -l reason -d 'Why this is done: kept with the generation or the mute' -r
complete -c provha -n '__provha_at rollback' -l json -d 'Print the result as one JSON object on stdout'
complete -c provha -n '__provha_at rollback' -l color -d 'Use colour' -r -a 'auto\\t\'On a terminal, unless `NO_COLOR` is set or TERM is dumb\' always\\t\'Always\' never\\t\'Never\''
complete -c provha -n '__provha_at rollback' -s q -l quiet -d 'Print warnings and errors only'
complete -c provha -n '__provha_at rollback' -s v -l verbose -d 'Print more details'
complete -c provha -n '__provha_at rollback' -s h -l help -d 'Print help (see more with \'--help\')'
complete -c provha -n '__provha_at' -a diff -d 'Show what changed from one generation to another'
complete -c provha -n '__provha_at diff' -l env-dir -d 'Directory of the env files [default: /etc/nmsprime/env]' -r -F
complete -c provha -n '__provha_at diff' -l root -d 'Directory used in place of /, like DESTDIR' -r -F
complete -c provha -n '__provha_at diff' -l db -d 'Database: mysql://user@host[,host2][:port]/db, mysql:///db?socket=PATH or sqlite:PATH. Missing parts come from the DB_* keys' -r
complete -c provha -n '__provha_at diff' -l role -d 'Role of this machine; overrides PROVHA__OWN_STATE' -r -a 'master\\t\'Runs the GUI and writes the database; failover primary\' slave\\t\'Only reads the database; failover secondary\' standalone\\t\'One machine without a peer\''
complete -c provha -n '__provha_at diff' -l exit-code -d 'With --dry-run or --diff: exit with 10 if changes are pending'
complete -c provha -n '__provha_at diff' -l json -d 'Print the result as one JSON object on stdout'
complete -c provha -n '__provha_at diff' -l color -d 'Use colour' -r -a 'auto\\t\'On a terminal, unless `NO_COLOR` is set or TERM is dumb\' always\\t\'Always\' never\\t\'Never\''
complete -c provha -n '__provha_at diff' -s q -l quiet -d 'Print warnings and errors only'
complete -c provha -n '__provha_at diff' -s v -l verbose -d 'Print more details'
complete -c provha -n '__provha_at diff' -s h -l help -d 'Print help (see more with \'--help\')'
complete -c provha -n '__provha_at' -a docsis -d 'Encode, decode and compare configfiles of devices'
complete -c provha -n '__provha_at docsis' -l env-dir -d 'Directory of the env files [default: /etc/nmsprime/env]' -r -F
complete -c provha -n '__provha_at docsis' -l root -d 'Directory used in place of /, like DESTDIR' -r -F
complete -c provha -n '__provha_at docsis' -l db -d 'Database: mysql://user@host[,host2][:port]/db, mysql:///db?socket=PATH or sqlite:PATH. Missing parts come from the DB_* keys' -r
complete -c provha -n '__provha_at docsis' -l role -d 'Role of this machine; overrides PROVHA__OWN_STATE' -r -a 'master\\t\'Runs the GUI and writes the database; failover primary\' slave\\t\'Only reads the database; failover secondary\' standalone\\t\'One machine without a peer\''
complete -c provha -n '__provha_at docsis' -l dry-run -d 'Check everything and list what would change, but change nothing'
complete -c provha -n '__provha_at docsis' -l diff -d 'Like --dry-run, and show the changed lines'
complete -c provha -n '__provha_at docsis' -l exit-code -d 'With --dry-run or --diff: exit with 10 if changes are pending'
complete -c provha -n '__provha_at docsis' -l no-activate -d 'Write files, but restart no daemon and contact no host except the database'
complete -c provha -n '__provha_at docsis' -l strict -d 'Refuse the run (exit 3) if there are findings'
complete -c provha -n '__provha_at docsis' -l lock-wait -d 'Wait up to this long for another run to end' -r
complete -c provha -n '__provha_at docsis' -l max-removed-percent -d 'Allow this run to remove up to this share of the live hosts' -r
complete -c provha -n '__provha_at docsis' -l max-quarantined-percent -d 'Allow this run to leave out up to this share of the rows' -r
complete -c provha -n '__provha_at docsis' -l allow-empty-pools -d 'Allow this run to remove pools that have active leases'
complete -c provha -n '__provha_at docsis' -l allow -d 'Allow this run what the guard rails name, such as modems,leases' -r -a 'all\\t\'Everything below\' hosts\\t\'Hosts of all kinds\' modems\\t\'Hosts of modems\' mtas\\t\'Hosts of telephone adapters\' endpoints\\t\'Hosts of endpoints\' blocked\\t\'Modems whose customer devices get no address any more\' cmts\\t\'CMTS\' pools\\t\'Pools that vanish or answer nobody any more\' routers\\t\'Pools whose router changes\' leases\\t\'Active leases that no range holds any more\' access-lists\\t\'Access lists of named and chrony that become empty\' names\\t\'Names of devices that are still there\' files\\t\'Boot files that are removed\' no-file\\t\'Devices that have no valid boot file\' network-access\\t\'Boot files whose NetworkAccess becomes 0\' flows\\t\'Boot files that lose flows or rates\' settings\\t\'Boot files that lose a configfile\\\'s settings\' key-file\\t\'Boot files that are signed with another secret\''
complete -c provha -n '__provha_at docsis' -l drain -d 'Let the leases of pools that shrank or are gone go on, but give no new ones there, until the last of them has ended'
complete -c provha -n '__provha_at docsis' -l accept-older-database -d 'Make the database live although what is live was made of newer values'
complete -c provha -n '__provha_at docsis' -l restart-hold -d 'Delay a restart of dhcpd up to this long while its failover peer does not serve [default: PROVHA__RESTART_HOLD]' -r
complete -c provha -n '__provha_at docsis' -l reason -d 'Why this is done: kept with the generation or the mute' -r
complete -c provha -n '__provha_at docsis' -l json -d 'Print the result as one JSON object on stdout'
complete -c provha -n '__provha_at docsis' -l color -d 'Use colour' -r -a 'auto\\t\'On a terminal, unless `NO_COLOR` is set or TERM is dumb\' always\\t\'Always\' never\\t\'Never\''
complete -c provha -n '__provha_at docsis' -s q -l quiet -d 'Print warnings and errors only'
complete -c provha -n '__provha_at docsis' -s v -l verbose -d 'Print more details'
complete -c provha -n '__provha_at docsis' -s h -l help -d 'Print help (see more with \'--help\')'
complete -c provha -n '__provha_at docsis' -a encode -d 'Encode a text, or the JSON of decode, into a binary'
complete -c provha -n '__provha_at docsis encode' -l mta -d 'For a telephone adapter: no MICs, no end marker'
complete -c provha -n '__provha_at docsis encode' -l hash -d 'Configuration hash that is added' -r -a 'eu\\t\'EuroPacketCable\' na\\t\'PacketCable, North America\' none\\t\'None\''
complete -c provha -n '__provha_at docsis encode' -l dialplan -d 'Dial plan that is added' -r -F
complete -c provha -n '__provha_at docsis encode' -l keyfile -d 'File with the secret shared with the CMTS [default: an empty secret]' -r -F
complete -c provha -n '__provha_at docsis encode' -l lenient -d 'Drop what does not fit, with a warning, as the reference encoder does'
complete -c provha -n '__provha_at docsis encode' -l allow -d 'Rules of the check that are silenced; `docsis check --rules` lists them' -r
complete -c provha -n '__provha_at docsis encode' -l mib-dir -d 'Directory of MIB files; may be given several times' -r -F
complete -c provha -n '__provha_at docsis encode' -l out-dir -d 'Directory that gets NAME.cfg for each input; every file named is an input then, and of a directory all that end in .conf, .txt or .json' -r -F
complete -c provha -n '__provha_at docsis encode' -F
complete -c provha -n '__provha_at docsis encode' -F
complete -c provha -n '__provha_at docsis encode' -F
complete -c provha -n '__provha_at docsis encode' -l strict -d 'Refuse the run (exit 3) if there are findings'
complete -c provha -n '__provha_at docsis encode' -l json -d 'Print the result as one JSON object on stdout'
complete -c provha -n '__provha_at docsis encode' -l color -d 'Use colour' -r -a 'auto\\t\'On a terminal, unless `NO_COLOR` is set or TERM is dumb\' always\\t\'Always\' never\\t\'Never\''
complete -c provha -n '__provha_at docsis encode' -s q -l quiet -d 'Print warnings and errors only'
complete -c provha -n '__provha_at docsis encode' -s v -l verbose -d 'Print more details'
complete -c provha -n '__provha_at docsis encode' -s h -l help -d 'Print help (see more with \'--help\')'
complete -c provha -n '__provha_at docsis' -a decode -d 'Decode a binary into text; with --json into a tree of settings'
complete -c provha -n '__provha_at docsis decode' -l numeric-oids -d 'Object identifiers as numbers'
complete -c provha -n '__provha_at docsis decode' -l digit-map -d 'Write a digit map to this file and name it, as the reference does' -r -F
complete -c provha -n '__provha_at docsis decode' -l explain -d 'Say more in comments: numbers in words, settings inside values, names of newer settings'
complete -c provha -n '__provha_at docsis decode' -l mib-dir -d 'Directory of MIB files; may be given several times' -r -F
complete -c provha -n '__provha_at docsis decode' -F
complete -c provha -n '__provha_at docsis decode' -l json -d 'Print the result as one JSON object on stdout'
complete -c provha -n '__provha_at docsis decode' -l color -d 'Use colour' -r -a 'auto\\t\'On a terminal, unless `NO_COLOR` is set or TERM is dumb\' always\\t\'Always\' never\\t\'Never\''
complete -c provha -n '__provha_at docsis decode' -s q -l quiet -d 'Print warnings and errors only'
complete -c provha -n '__provha_at docsis decode' -s v -l verbose -d 'Print more details'
complete -c provha -n '__provha_at docsis decode' -s h -l help -d 'Print help (see more with \'--help\')'
complete -c provha -n '__provha_at docsis' -a verify -d 'Check the MICs, the structure, the hash and the meaning of a binary'
complete -c provha -n '__provha_at docsis verify' -l keyfile -d 'File with the secret shared with the CMTS' -r -F
complete -c provha -n '__provha_at docsis verify' -l allow -d 'Rules that are silenced; --rules of check lists them' -r
complete -c provha -n '__provha_at docsis verify' -F
complete -c provha -n '__provha_at docsis verify' -l strict -d 'Refuse the run (exit 3) if there are findings'
complete -c provha -n '__provha_at docsis verify' -l json -d 'Print the result as one JSON object on stdout'
complete -c provha -n '__provha_at docsis verify' -l color -d 'Use colour' -r -a 'auto\\t\'On a terminal, unless `NO_COLOR` is set or TERM is dumb\' always\\t\'Always\' never\\t\'Never\''
complete -c provha -n '__provha_at docsis verify' -s q -l quiet -d 'Print warnings and errors only'
complete -c provha -n '__provha_at docsis verify' -s v -l verbose -d 'Print more details'
complete -c provha -n '__provha_at docsis verify' -s h -l help -d 'Print help (see more with \'--help\')'
complete -c provha -n '__provha_at docsis' -a check -d 'Check the meaning of texts and binaries: no wrong service passes'
complete -c provha -n '__provha_at docsis check' -l rules -d 'List the rules: name, severity, reason, source'
complete -c provha -n '__provha_at docsis check' -l mta -d 'Texts are for telephone adapters'
complete -c provha -n '__provha_at docsis check' -l allow -d 'Rules that are silenced' -r
complete -c provha -n '__provha_at docsis check' -l docsis -d 'Version of the modems: settings that it does not know are told' -r
complete -c provha -n '__provha_at docsis check' -l mib-dir -d 'Directory of MIB files; may be given several times' -r -F
complete -c provha -n '__provha_at docsis check' -F
complete -c provha -n '__provha_at docsis check' -l strict -d 'Refuse the run (exit 3) if there are findings'
complete -c provha -n '__provha_at docsis check' -l json -d 'Print the result as one JSON object on stdout'
complete -c provha -n '__provha_at docsis check' -l color -d 'Use colour' -r -a 'auto\\t\'On a terminal, unless `NO_COLOR` is set or TERM is dumb\' always\\t\'Always\' never\\t\'Never\''
complete -c provha -n '__provha_at docsis check' -s q -l quiet -d 'Print warnings and errors only'
complete -c provha -n '__provha_at docsis check' -s v -l verbose -d 'Print more details'
complete -c provha -n '__provha_at docsis check' -s h -l help -d 'Print help (see more with \'--help\')'
complete -c provha -n '__provha_at docsis' -a describe -d 'Tell what a setting or an SNMP object is: code, type, limits, version'
complete -c provha -n '__provha_at docsis describe' -l mib-dir -d 'Directory of MIB files; may be given several times' -r -F
complete -c provha -n '__provha_at docsis describe' -l json -d 'Print the result as one JSON object on stdout'
complete -c provha -n '__provha_at docsis describe' -l color -d 'Use colour' -r -a 'auto\\t\'On a terminal, unless `NO_COLOR` is set or TERM is dumb\' always\\t\'Always\' never\\t\'Never\''
complete -c provha -n '__provha_at docsis describe' -s q -l quiet -d 'Print warnings and errors only'
complete -c provha -n '__provha_at docsis describe' -s v -l verbose -d 'Print more details'
complete -c provha -n '__provha_at docsis describe' -s h -l help -d 'Print help (see more with \'--help\')'
complete -c provha -n '__provha_at docsis' -a diff -d 'Say what changes between two binaries; with --exit-code: exit 10 where they differ'
complete -c provha -n '__provha_at docsis diff' -l mib-dir -d 'Directory of MIB files; may be given several times' -r -F
complete -c provha -n '__provha_at docsis diff' -F
complete -c provha -n '__provha_at docsis diff' -F
complete -c provha -n '__provha_at docsis diff' -l exit-code -d 'With --dry-run or --diff: exit with 10 if changes are pending'
complete -c provha -n '__provha_at docsis diff' -l json -d 'Print the result as one JSON object on stdout'
complete -c provha -n '__provha_at docsis diff' -l color -d 'Use colour' -r -a 'auto\\t\'On a terminal, unless `NO_COLOR` is set or TERM is dumb\' always\\t\'Always\' never\\t\'Never\''
complete -c provha -n '__provha_at docsis diff' -s q -l quiet -d 'Print warnings and errors only'
complete -c provha -n '__provha_at docsis diff' -s v -l verbose -d 'Print more details'
complete -c provha -n '__provha_at docsis diff' -s h -l help -d 'Print help (see more with \'--help\')'
complete -c provha -n '__provha_at docsis' -a help -d 'Print this message or the help of the given subcommand(s)'
complete -c provha -n '__provha_at docsis help' -a encode -d 'Encode a text, or the JSON of decode, into a binary'
complete -c provha -n '__provha_at docsis help' -a decode -d 'Decode a binary into text; with --json into a tree of settings'
complete -c provha -n '__provha_at docsis help' -a verify -d 'Check the MICs, the structure, the hash and the meaning of a binary'
complete -c provha -n '__provha_at docsis help' -a check -d 'Check the meaning of texts and binaries: no wrong service passes'
complete -c provha -n '__provha_at docsis help' -a describe -d 'Tell what a setting or an SNMP object is: code, type, limits, version'
complete -c provha -n '__provha_at docsis help' -a diff -d 'Say what changes between two binaries; with --exit-code: exit 10 where they differ'
complete -c provha -n '__provha_at docsis help' -a help -d 'Print this message or the help of the given subcommand(s)'
complete -c provha -n '__provha_at' -a sync-ha-master-files -d 'Send files that only the master has to the slaves (rsync over ssh)'
complete -c provha -n '__provha_at sync-ha-master-files' -l env-dir -d 'Directory of the env files [default: /etc/nmsprime/env]' -r -F
complete -c provha -n '__provha_at sync-ha-master-files' -l root -d 'Directory used in place of /, like DESTDIR' -r -F
complete -c provha -n '__provha_at sync-ha-master-files' -l db -d 'Database: mysql://user@host[,host2][:port]/db, mysql:///db?socket=PATH or sqlite:PATH. Missing parts come from the DB_* keys' -r
complete -c provha -n '__provha_at sync-ha-master-files' -l role -d 'Role of this machine; overrides PROVHA__OWN_STATE' -r -a 'master\\t\'Runs the GUI and writes the database; failover primary\' slave\\t\'Only reads the database; failover secondary\' standalone\\t\'One machine without a peer\''
complete -c provha -n '__provha_at sync-ha-master-files' -l dry-run -d 'Check everything and list what would change, but change nothing'
complete -c provha -n '__provha_at sync-ha-master-files' -l exit-code -d 'With --dry-run or --diff: exit with 10 if changes are pending'
complete -c provha -n '__provha_at sync-ha-master-files' -l no-activate -d 'Write files, but restart no daemon and contact no host except the database'
complete -c provha -n '__provha_at sync-ha-master-files' -l lock-wait -d 'Wait up to this long for another run to end' -r
complete -c provha -n '__provha_at sync-ha-master-files' -l max-removed-percent -d 'Allow this run to remove up to this share of the live hosts' -r
complete -c provha -n '__provha_at sync-ha-master-files' -l json -d 'Print the result as one JSON object on stdout'
complete -c provha -n '__provha_at sync-ha-master-files' -l color -d 'Use colour' -r -a 'auto\\t\'On a terminal, unless `NO_COLOR` is set or TERM is dumb\' always\\t\'Always\' never\\t\'Never\''
complete -c provha -n '__provha_at sync-ha-master-files' -s q -l quiet -d 'Print warnings and errors only'
complete -c provha -n '__provha_at sync-ha-master-files' -s v -l verbose -d 'Print more details'
complete -c provha -n '__provha_at sync-ha-master-files' -s h -l help -d 'Print help (see more with \'--help\')'
complete -c provha -n '__provha_at' -a clean-up-slave -d 'Move away files that must not run on a slave, or restore them'
complete -c provha -n '__provha_at clean-up-slave' -l restore -d 'Move everything back'
complete -c provha -n '__provha_at clean-up-slave' -l env-dir -d 'Directory of the env files [default: /etc/nmsprime/env]' -r -F
complete -c provha -n '__provha_at clean-up-slave' -l root -d 'Directory used in place of /, like DESTDIR' -r -F
complete -c provha -n '__provha_at clean-up-slave' -l db -d 'Database: mysql://user@host[,host2][:port]/db, mysql:///db?socket=PATH or sqlite:PATH. Missing parts come from the DB_* keys' -r
complete -c provha -n '__provha_at clean-up-slave' -l role -d 'Role of this machine; overrides PROVHA__OWN_STATE' -r -a 'master\\t\'Runs the GUI and writes the database; failover primary\' slave\\t\'Only reads the database; failover secondary\' standalone\\t\'One machine without a peer\''
complete -c provha -n '__provha_at clean-up-slave' -l dry-run -d 'Check everything and list what would change, but change nothing'
complete -c provha -n '__provha_at clean-up-slave' -l exit-code -d 'With --dry-run or --diff: exit with 10 if changes are pending'
complete -c provha -n '__provha_at clean-up-slave' -l no-activate -d 'Write files, but restart no daemon and contact no host except the database'
complete -c provha -n '__provha_at clean-up-slave' -l lock-wait -d 'Wait up to this long for another run to end' -r
complete -c provha -n '__provha_at clean-up-slave' -l json -d 'Print the result as one JSON object on stdout'
complete -c provha -n '__provha_at clean-up-slave' -l color -d 'Use colour' -r -a 'auto\\t\'On a terminal, unless `NO_COLOR` is set or TERM is dumb\' always\\t\'Always\' never\\t\'Never\''
complete -c provha -n '__provha_at clean-up-slave' -s q -l quiet -d 'Print warnings and errors only'
complete -c provha -n '__provha_at clean-up-slave' -s v -l verbose -d 'Print more details'
complete -c provha -n '__provha_at clean-up-slave' -s h -l help -d 'Print help (see more with \'--help\')'
complete -c provha -n '__provha_at' -a setup -d 'Set this machine up: a plan first, then its steps, and the way back'
complete -c provha -n '__provha_at setup' -l env-dir -d 'Directory of the env files [default: /etc/nmsprime/env]' -r -F
complete -c provha -n '__provha_at setup' -l root -d 'Directory used in place of /, like DESTDIR' -r -F
complete -c provha -n '__provha_at setup' -l db -d 'Database: mysql://user@host[,host2][:port]/db, mysql:///db?socket=PATH or sqlite:PATH. Missing parts come from the DB_* keys' -r
complete -c provha -n '__provha_at setup' -l role -d 'Role of this machine; overrides PROVHA__OWN_STATE' -r -a 'master\\t\'Runs the GUI and writes the database; failover primary\' slave\\t\'Only reads the database; failover secondary\' standalone\\t\'One machine without a peer\''
complete -c provha -n '__provha_at setup' -l dry-run -d 'Check everything and list what would change, but change nothing'
complete -c provha -n '__provha_at setup' -l diff -d 'Like --dry-run, and show the changed lines'
complete -c provha -n '__provha_at setup' -l exit-code -d 'With --dry-run or --diff: exit with 10 if changes are pending'
complete -c provha -n '__provha_at setup' -l no-activate -d 'Write files, but restart no daemon and contact no host except the database'
complete -c provha -n '__provha_at setup' -l strict -d 'Refuse the run (exit 3) if there are findings'
complete -c provha -n '__provha_at setup' -l lock-wait -d 'Wait up to this long for another run to end' -r
complete -c provha -n '__provha_at setup' -l max-removed-percent -d 'Allow this run to remove up to this share of the live hosts' -r
complete -c provha -n '__provha_at setup' -l max-quarantined-percent -d 'Allow this run to leave out up to this share of the rows' -r
complete -c provha -n '__provha_at setup' -l allow-empty-pools -d 'Allow this run to remove pools that have active leases'
complete -c provha -n '__provha_at setup' -l allow -d 'Allow this run what the guard rails name, such as modems,leases' -r -a 'all\\t\'Everything below\' hosts\\t\'Hosts of all kinds\' modems\\t\'Hosts of modems\' mtas\\t\'Hosts of telephone adapters\' endpoints\\t\'Hosts of endpoints\' blocked\\t\'Modems whose customer devices get no address any more\' cmts\\t\'CMTS\' pools\\t\'Pools that vanish or answer nobody any more\' routers\\t\'Pools whose router changes\' leases\\t\'Active leases that no range holds any more\' access-lists\\t\'Access lists of named and chrony that become empty\' names\\t\'Names of devices that are still there\' files\\t\'Boot files that are removed\' no-file\\t\'Devices that have no valid boot file\' network-access\\t\'Boot files whose NetworkAccess becomes 0\' flows\\t\'Boot files that lose flows or rates\' settings\\t\'Boot files that lose a configfile\\\'s settings\' key-file\\t\'Boot files that are signed with another secret\''
complete -c provha -n '__provha_at setup' -l drain -d 'Let the leases of pools that shrank or are gone go on, but give no new ones there, until the last of them has ended'
complete -c provha -n '__provha_at setup' -l accept-older-database -d 'Make the database live although what is live was made of newer values'
complete -c provha -n '__provha_at setup' -l restart-hold -d 'Delay a restart of dhcpd up to this long while its failover peer does not serve [default: PROVHA__RESTART_HOLD]' -r
complete -c provha -n '__provha_at setup' -l reason -d 'Why this is done: kept with the generation or the mute' -r
complete -c provha -n '__provha_at setup' -l json -d 'Print the result as one JSON object on stdout'
complete -c provha -n '__provha_at setup' -l color -d 'Use colour' -r -a 'auto\\t\'On a terminal, unless `NO_COLOR` is set or TERM is dumb\' always\\t\'Always\' never\\t\'Never\''
complete -c provha -n '__provha_at setup' -s q -l quiet -d 'Print warnings and errors only'
complete -c provha -n '__provha_at setup' -s v -l verbose -d 'Print more details'
complete -c provha -n '__provha_at setup' -s h -l help -d 'Print help (see more with \'--help\')'
complete -c provha -n '__provha_at setup' -a master -d 'Show, or with --yes do, the steps that make this machine the master'
complete -c provha -n '__provha_at setup master' -l own -d 'Address of this machine, as table provha has it' -r
complete -c provha -n '__provha_at setup master' -l peer -d 'Address of the other machine' -r
complete -c provha -n '__provha_at setup master' -l peer-files -d 'Directory with files of the other machine: omapi.key, its ssh_host_*_key.pub and its id_*.pub' -r -F
complete -c provha -n '__provha_at setup master' -l yes -d 'Do it; without this option the plan is shown'
complete -c provha -n '__provha_at setup master' -l interface -d 'Interface on which dhcpd serves [default: that of --own]' -r
complete -c provha -n '__provha_at setup master' -l without -d 'Leave out these steps' -r -a 'env omapi-key ddns-key dhcpd named tftpd chrony apparmor selinux rsyslog firewall ssh cacti units'
complete -c provha -n '__provha_at setup master' -l env-dir -d 'Directory of the env files [default: /etc/nmsprime/env]' -r -F
complete -c provha -n '__provha_at setup master' -l root -d 'Directory used in place of /, like DESTDIR' -r -F
complete -c provha -n '__provha_at setup master' -l db -d 'Database: mysql://user@host[,host2][:port]/db, mysql:///db?socket=PATH or sqlite:PATH. Missing parts come from the DB_* keys' -r
complete -c provha -n '__provha_at setup master' -l role -d 'Role of this machine; overrides PROVHA__OWN_STATE' -r -a 'master\\t\'Runs the GUI and writes the database; failover primary\' slave\\t\'Only reads the database; failover secondary\' standalone\\t\'One machine without a peer\''
complete -c provha -n '__provha_at setup master' -l dry-run -d 'Check everything and list what would change, but change nothing'
complete -c provha -n '__provha_at setup master' -l diff -d 'Like --dry-run, and show the changed lines'
complete -c provha -n '__provha_at setup master' -l exit-code -d 'With --dry-run or --diff: exit with 10 if changes are pending'
complete -c provha -n '__provha_at setup master' -l no-activate -d 'Write files, but restart no daemon and contact no host except the database'
complete -c provha -n '__provha_at setup master' -l lock-wait -d 'Wait up to this long for another run to end' -r
complete -c provha -n '__provha_at setup master' -l json -d 'Print the result as one JSON object on stdout'
complete -c provha -n '__provha_at setup master' -l color -d 'Use colour' -r -a 'auto\\t\'On a terminal, unless `NO_COLOR` is set or TERM is dumb\' always\\t\'Always\' never\\t\'Never\''
complete -c provha -n '__provha_at setup master' -s q -l quiet -d 'Print warnings and errors only'
complete -c provha -n '__provha_at setup master' -s v -l verbose -d 'Print more details'
complete -c provha -n '__provha_at setup master' -s h -l help -d 'Print help (see more with \'--help\')'
complete -c provha -n '__provha_at setup' -a slave -d 'Show, or with --yes do, the steps that make this machine the slave'
complete -c provha -n '__provha_at setup slave' -l own -d 'Address of this machine, as table provha has it' -r
complete -c provha -n '__provha_at setup slave' -l peer -d 'Address of the other machine' -r
complete -c provha -n '__provha_at setup slave' -l peer-files -d 'Directory with files of the other machine: omapi.key, its ssh_host_*_key.pub and its id_*.pub' -r -F
complete -c provha -n '__provha_at setup slave' -l yes -d 'Do it; without this option the plan is shown'
complete -c provha -n '__provha_at setup slave' -l interface -d 'Interface on which dhcpd serves [default: that of --own]' -r
complete -c provha -n '__provha_at setup slave' -l without -d 'Leave out these steps' -r -a 'env omapi-key ddns-key dhcpd named tftpd chrony apparmor selinux rsyslog firewall ssh cacti units'
complete -c provha -n '__provha_at setup slave' -l env-dir -d 'Directory of the env files [default: /etc/nmsprime/env]' -r -F
complete -c provha -n '__provha_at setup slave' -l root -d 'Directory used in place of /, like DESTDIR' -r -F
complete -c provha -n '__provha_at setup slave' -l db -d 'Database: mysql://user@host[,host2][:port]/db, mysql:///db?socket=PATH or sqlite:PATH. Missing parts come from the DB_* keys' -r
complete -c provha -n '__provha_at setup slave' -l role -d 'Role of this machine; overrides PROVHA__OWN_STATE' -r -a 'master\\t\'Runs the GUI and writes the database; failover primary\' slave\\t\'Only reads the database; failover secondary\' standalone\\t\'One machine without a peer\''
complete -c provha -n '__provha_at setup slave' -l dry-run -d 'Check everything and list what would change, but change nothing'
complete -c provha -n '__provha_at setup slave' -l diff -d 'Like --dry-run, and show the changed lines'
complete -c provha -n '__provha_at setup slave' -l exit-code -d 'With --dry-run or --diff: exit with 10 if changes are pending'
complete -c provha -n '__provha_at setup slave' -l no-activate -d 'Write files, but restart no daemon and contact no host except the database'
complete -c provha -n '__provha_at setup slave' -l lock-wait -d 'Wait up to this long for another run to end' -r
complete -c provha -n '__provha_at setup slave' -l json -d 'Print the result as one JSON object on stdout'
complete -c provha -n '__provha_at setup slave' -l color -d 'Use colour' -r -a 'auto\\t\'On a terminal, unless `NO_COLOR` is set or TERM is dumb\' always\\t\'Always\' never\\t\'Never\''
complete -c provha -n '__provha_at setup slave' -s q -l quiet -d 'Print warnings and errors only'
complete -c provha -n '__provha_at setup slave' -s v -l verbose -d 'Print more details'
complete -c provha -n '__provha_at setup slave' -s h -l help -d 'Print help (see more with \'--help\')'
complete -c provha -n '__provha_at setup' -a standalone -d 'Show, or with --yes do, the steps for a machine without a peer'
complete -c provha -n '__provha_at setup standalone' -l own -d 'Address of this machine' -r
complete -c provha -n '__provha_at setup standalone' -l yes -d 'Do it; without this option the plan is shown'
complete -c provha -n '__provha_at setup standalone' -l interface -d 'Interface on which dhcpd serves [default: that of --own]' -r
complete -c provha -n '__provha_at setup standalone' -l without -d 'Leave out these steps' -r -a 'env omapi-key ddns-key dhcpd named tftpd chrony apparmor selinux rsyslog firewall ssh cacti units'
complete -c provha -n '__provha_at setup standalone' -l env-dir -d 'Directory of the env files [default: /etc/nmsprime/env]' -r -F
complete -c provha -n '__provha_at setup standalone' -l root -d 'Directory used in place of /, like DESTDIR' -r -F
complete -c provha -n '__provha_at setup standalone' -l db -d 'Database: mysql://user@host[,host2][:port]/db, mysql:///db?socket=PATH or sqlite:PATH. Missing parts come from the DB_* keys' -r
complete -c provha -n '__provha_at setup standalone' -l role -d 'Role of this machine; overrides PROVHA__OWN_STATE' -r -a 'master\\t\'Runs the GUI and writes the database; failover primary\' slave\\t\'Only reads the database; failover secondary\' standalone\\t\'One machine without a peer\''
complete -c provha -n '__provha_at setup standalone' -l dry-run -d 'Check everything and list what would change, but change nothing'
complete -c provha -n '__provha_at setup standalone' -l diff -d 'Like --dry-run, and show the changed lines'
complete -c provha -n '__provha_at setup standalone' -l exit-code -d 'With --dry-run or --diff: exit with 10 if changes are pending'
complete -c provha -n '__provha_at setup standalone' -l no-activate -d 'Write files, but restart no daemon and contact no host except the database'
complete -c provha -n '__provha_at setup standalone' -l lock-wait -d 'Wait up to this long for another run to end' -r
complete -c provha -n '__provha_at setup standalone' -l json -d 'Print the result as one JSON object on stdout'
complete -c provha -n '__provha_at setup standalone' -l color -d 'Use colour' -r -a 'auto\\t\'On a terminal, unless `NO_COLOR` is set or TERM is dumb\' always\\t\'Always\' never\\t\'Never\''
complete -c provha -n '__provha_at setup standalone' -s q -l quiet -d 'Print warnings and errors only'
complete -c provha -n '__provha_at setup standalone' -s v -l verbose -d 'Print more details'
complete -c provha -n '__provha_at setup standalone' -s h -l help -d 'Print help (see more with \'--help\')'
complete -c provha -n '__provha_at setup' -a undo -d 'Show, or with --yes do, what brings back the files of before setup'
complete -c provha -n '__provha_at setup undo' -l yes -d 'Do it'
complete -c provha -n '__provha_at setup undo' -l force -d 'Bring back files that were changed since setup, too'
complete -c provha -n '__provha_at setup undo' -l env-dir -d 'Directory of the env files [default: /etc/nmsprime/env]' -r -F
complete -c provha -n '__provha_at setup undo' -l root -d 'Directory used in place of /, like DESTDIR' -r -F
complete -c provha -n '__provha_at setup undo' -l db -d 'Database: mysql://user@host[,host2][:port]/db, mysql:///db?socket=PATH or sqlite:PATH. Missing parts come from the DB_* keys' -r
complete -c provha -n '__provha_at setup undo' -l role -d 'Role of this machine; overrides PROVHA__OWN_STATE' -r -a 'master\\t\'Runs the GUI and writes the database; failover primary\' slave\\t\'Only reads the database; failover secondary\' standalone\\t\'One machine without a peer\''
complete -c provha -n '__provha_at setup undo' -l dry-run -d 'Check everything and list what would change, but change nothing'
complete -c provha -n '__provha_at setup undo' -l diff -d 'Like --dry-run, and show the changed lines'
complete -c provha -n '__provha_at setup undo' -l exit-code -d 'With --dry-run or --diff: exit with 10 if changes are pending'
complete -c provha -n '__provha_at setup undo' -l no-activate -d 'Write files, but restart no daemon and contact no host except the database'
complete -c provha -n '__provha_at setup undo' -l lock-wait -d 'Wait up to this long for another run to end' -r
complete -c provha -n '__provha_at setup undo' -l json -d 'Print the result as one JSON object on stdout'
complete -c provha -n '__provha_at setup undo' -l color -d 'Use colour' -r -a 'auto\\t\'On a terminal, unless `NO_COLOR` is set or TERM is dumb\' always\\t\'Always\' never\\t\'Never\''
complete -c provha -n '__provha_at setup undo' -s q -l quiet -d 'Print warnings and errors only'
complete -c provha -n '__provha_at setup undo' -s v -l verbose -d 'Print more details'
complete -c provha -n '__provha_at setup undo' -s h -l help -d 'Print help (see more with \'--help\')'
complete -c provha -n '__provha_at setup' -a hand-over -d 'Show, or with --yes do, what leaves one program that writes the files'
complete -c provha -n '__provha_at setup hand-over' -l way -d 'How the existing writers are kept from writing [default: off on a slave, else wrapper]' -r -a 'lock\\t\'Their cron lines wait for provha\\\'s lock: never both at once\' wrapper\\t\'Their commands (php artisan nms:dhcp, ...) end in provha\' off\\t\'They are switched off in cron, systemd, supervisord and xinetd\''
complete -c provha -n '__provha_at setup hand-over' -l yes -d 'Do it; without this option the plan is shown'
complete -c provha -n '__provha_at setup hand-over' -l undo -d 'Bring back what an earlier hand-over changed, byte by byte'
complete -c provha -n '__provha_at setup hand-over' -l env-dir -d 'Directory of the env files [default: /etc/nmsprime/env]' -r -F
complete -c provha -n '__provha_at setup hand-over' -l root -d 'Directory used in place of /, like DESTDIR' -r -F
complete -c provha -n '__provha_at setup hand-over' -l db -d 'Database: mysql://user@host[,host2][:port]/db, mysql:///db?socket=PATH or sqlite:PATH. Missing parts come from the DB_* keys' -r
complete -c provha -n '__provha_at setup hand-over' -l role -d 'Role of this machine; overrides PROVHA__OWN_STATE' -r -a 'master\\t\'Runs the GUI and writes the database; failover primary\' slave\\t\'Only reads the database; failover secondary\' standalone\\t\'One machine without a peer\''
complete -c provha -n '__provha_at setup hand-over' -l exit-code -d 'With --dry-run or --diff: exit with 10 if changes are pending'
complete -c provha -n '__provha_at setup hand-over' -l no-activate -d 'Write files, but restart no daemon and contact no host except the database'
complete -c provha -n '__provha_at setup hand-over' -l lock-wait -d 'Wait up to this long for another run to end' -r
complete -c provha -n '__provha_at setup hand-over' -l json -d 'Print the result as one JSON object on stdout'
complete -c provha -n '__provha_at setup hand-over' -l color -d 'Use colour' -r -a 'auto\\t\'On a terminal, unless `NO_COLOR` is set or TERM is dumb\' always\\t\'Always\' never\\t\'Never\''
complete -c provha -n '__provha_at setup hand-over' -s q -l quiet -d 'Print warnings and errors only'
complete -c provha -n '__provha_at setup hand-over' -s v -l verbose -d 'Print more details'
complete -c provha -n '__provha_at setup hand-over' -s h -l help -d 'Print help (see more with \'--help\')'
complete -c provha -n '__provha_at setup' -a check -d 'Check a machine that is set up; each problem with the line that fixes it'
complete -c provha -n '__provha_at setup check' -l env-dir -d 'Directory of the env files [default: /etc/nmsprime/env]' -r -F
complete -c provha -n '__provha_at setup check' -l root -d 'Directory used in place of /, like DESTDIR' -r -F
complete -c provha -n '__provha_at setup check' -l db -d 'Database: mysql://user@host[,host2][:port]/db, mysql:///db?socket=PATH or sqlite:PATH. Missing parts come from the DB_* keys' -r
complete -c provha -n '__provha_at setup check' -l role -d 'Role of this machine; overrides PROVHA__OWN_STATE' -r -a 'master\\t\'Runs the GUI and writes the database; failover primary\' slave\\t\'Only reads the database; failover secondary\' standalone\\t\'One machine without a peer\''
complete -c provha -n '__provha_at setup check' -l no-activate -d 'Write files, but restart no daemon and contact no host except the database'
complete -c provha -n '__provha_at setup check' -l strict -d 'Refuse the run (exit 3) if there are findings'
complete -c provha -n '__provha_at setup check' -l json -d 'Print the result as one JSON object on stdout'
complete -c provha -n '__provha_at setup check' -l color -d 'Use colour' -r -a 'auto\\t\'On a terminal, unless `NO_COLOR` is set or TERM is dumb\' always\\t\'Always\' never\\t\'Never\''
complete -c provha -n '__provha_at setup check' -s q -l quiet -d 'Print warnings and errors only'
complete -c provha -n '__provha_at setup check' -s v -l verbose -d 'Print more details'
complete -c provha -n '__provha_at setup check' -s h -l help -d 'Print help (see more with \'--help\')'
complete -c provha -n '__provha_at setup' -a grants -d 'Print the SQL for the database users of both machines'
complete -c provha -n '__provha_at setup grants' -l with-passwords -d 'Put the passwords of the env files into the SQL'
complete -c provha -n '__provha_at setup grants' -l other-user -d 'Database user of the other machine [default: of the slave, this machine\'s with _ro; of the master, this machine\'s without it]' -r
complete -c provha -n '__provha_at setup grants' -l env-dir -d 'Directory of the env files [default: /etc/nmsprime/env]' -r -F
complete -c provha -n '__provha_at setup grants' -l root -d 'Directory used in place of /, like DESTDIR' -r -F
complete -c provha -n '__provha_at setup grants' -l db -d 'Database: mysql://user@host[,host2][:port]/db, mysql:///db?socket=PATH or sqlite:PATH. Missing parts come from the DB_* keys' -r
complete -c provha -n '__provha_at setup grants' -l role -d 'Role of this machine; overrides PROVHA__OWN_STATE' -r -a 'master\\t\'Runs the GUI and writes the database; failover primary\' slave\\t\'Only reads the database; failover secondary\' standalone\\t\'One machine without a peer\''
complete -c provha -n '__provha_at setup grants' -l json -d 'Print the result as one JSON object on stdout'
complete -c provha -n '__provha_at setup grants' -l color -d 'Use colour' -r -a 'auto\\t\'On a terminal, unless `NO_COLOR` is set or TERM is dumb\' always\\t\'Always\' never\\t\'Never\''
complete -c provha -n '__provha_at setup grants' -s q -l quiet -d 'Print warnings and errors only'
complete -c provha -n '__provha_at setup grants' -s v -l verbose -d 'Print more details'
complete -c provha -n '__provha_at setup grants' -s h -l help -d 'Print help (see more with \'--help\')'
complete -c provha -n '__provha_at setup' -a cmts -d 'Print the lines for each CMTS: helper addresses, NTP servers'
complete -c provha -n '__provha_at setup cmts' -l form -d 'Its command line [default: by netgw.company; unknown: all]' -r -a 'cisco\\t\'Cisco IOS: uBR, cBR-8\' arris\\t\'Arris C4, E6000 (CommScope)\' casa\\t\'Casa C-series\' huawei\\t\'Huawei MA56xx, MA58xx\''
complete -c provha -n '__provha_at setup cmts' -l env-dir -d 'Directory of the env files [default: /etc/nmsprime/env]' -r -F
complete -c provha -n '__provha_at setup cmts' -l root -d 'Directory used in place of /, like DESTDIR' -r -F
complete -c provha -n '__provha_at setup cmts' -l db -d 'Database: mysql://user@host[,host2][:port]/db, mysql:///db?socket=PATH or sqlite:PATH. Missing parts come from the DB_* keys' -r
complete -c provha -n '__provha_at setup cmts' -l role -d 'Role of this machine; overrides PROVHA__OWN_STATE' -r -a 'master\\t\'Runs the GUI and writes the database; failover primary\' slave\\t\'Only reads the database; failover secondary\' standalone\\t\'One machine without a peer\''
complete -c provha -n '__provha_at setup cmts' -l json -d 'Print the result as one JSON object on stdout'
complete -c provha -n '__provha_at setup cmts' -l color -d 'Use colour' -r -a 'auto\\t\'On a terminal, unless `NO_COLOR` is set or TERM is dumb\' always\\t\'Always\' never\\t\'Never\''
complete -c provha -n '__provha_at setup cmts' -s q -l quiet -d 'Print warnings and errors only'
complete -c provha -n '__provha_at setup cmts' -s v -l verbose -d 'Print more details'
complete -c provha -n '__provha_at setup cmts' -s h -l help -d 'Print help (see more with \'--help\')'
complete -c provha -n '__provha_at setup' -a icinga -d 'Print objects for Icinga 2: hosts, services, dependencies'
complete -c provha -n '__provha_at setup icinga' -l form -d 'How Icinga itself runs' -r -a 'single\\t\'One Icinga master asks both machines by ssh\' dual\\t\'Both machines are Icinga masters of one zone\''
complete -c provha -n '__provha_at setup icinga' -l env-dir -d 'Directory of the env files [default: /etc/nmsprime/env]' -r -F
complete -c provha -n '__provha_at setup icinga' -l root -d 'Directory used in place of /, like DESTDIR' -r -F
complete -c provha -n '__provha_at setup icinga' -l db -d 'Database: mysql://user@host[,host2][:port]/db, mysql:///db?socket=PATH or sqlite:PATH. Missing parts come from the DB_* keys' -r
complete -c provha -n '__provha_at setup icinga' -l role -d 'Role of this machine; overrides PROVHA__OWN_STATE' -r -a 'master\\t\'Runs the GUI and writes the database; failover primary\' slave\\t\'Only reads the database; failover secondary\' standalone\\t\'One machine without a peer\''
complete -c provha -n '__provha_at setup icinga' -l json -d 'Print the result as one JSON object on stdout'
complete -c provha -n '__provha_at setup icinga' -l color -d 'Use colour' -r -a 'auto\\t\'On a terminal, unless `NO_COLOR` is set or TERM is dumb\' always\\t\'Always\' never\\t\'Never\''
complete -c provha -n '__provha_at setup icinga' -s q -l quiet -d 'Print warnings and errors only'
complete -c provha -n '__provha_at setup icinga' -s v -l verbose -d 'Print more details'
complete -c provha -n '__provha_at setup icinga' -s h -l help -d 'Print help (see more with \'--help\')'
complete -c provha -n '__provha_at setup' -a pair -d 'Show, or with --yes do, the way of both machines into the pair'
complete -c provha -n '__provha_at setup pair' -l yes -d 'Do it'
complete -c provha -n '__provha_at setup pair' -l timeout -d 'Give up waiting for normal operation after this long' -r
complete -c provha -n '__provha_at setup pair' -l env-dir -d 'Directory of the env files [default: /etc/nmsprime/env]' -r -F
complete -c provha -n '__provha_at setup pair' -l root -d 'Directory used in place of /, like DESTDIR' -r -F
complete -c provha -n '__provha_at setup pair' -l db -d 'Database: mysql://user@host[,host2][:port]/db, mysql:///db?socket=PATH or sqlite:PATH. Missing parts come from the DB_* keys' -r
complete -c provha -n '__provha_at setup pair' -l role -d 'Role of this machine; overrides PROVHA__OWN_STATE' -r -a 'master\\t\'Runs the GUI and writes the database; failover primary\' slave\\t\'Only reads the database; failover secondary\' standalone\\t\'One machine without a peer\''
complete -c provha -n '__provha_at setup pair' -l lock-wait -d 'Wait up to this long for another run to end' -r
complete -c provha -n '__provha_at setup pair' -l json -d 'Print the result as one JSON object on stdout'
complete -c provha -n '__provha_at setup pair' -l color -d 'Use colour' -r -a 'auto\\t\'On a terminal, unless `NO_COLOR` is set or TERM is dumb\' always\\t\'Always\' never\\t\'Never\''
complete -c provha -n '__provha_at setup pair' -s q -l quiet -d 'Print warnings and errors only'
complete -c provha -n '__provha_at setup pair' -s v -l verbose -d 'Print more details'
complete -c provha -n '__provha_at setup pair' -s h -l help -d 'Print help (see more with \'--help\')'
complete -c provha -n '__provha_at setup' -a help -d 'Print this message or the help of the given subcommand(s)'
complete -c provha -n '__provha_at setup help' -a master -d 'Show, or with --yes do, the steps that make this machine the master'
complete -c provha -n '__provha_at setup help' -a slave -d 'Show, or with --yes do, the steps that make this machine the slave'
complete -c provha -n '__provha_at setup help' -a standalone -d 'Show, or with --yes do, the steps for a machine without a peer'
complete -c provha -n '__provha_at setup help' -a undo -d 'Show, or with --yes do, what brings back the files of before setup'
complete -c provha -n '__provha_at setup help' -a hand-over -d 'Show, or with --yes do, what leaves one program that writes the files'
complete -c provha -n '__provha_at setup help' -a check -d 'Check a machine that is set up; each problem with the line that fixes it'
complete -c provha -n '__provha_at setup help' -a grants -d 'Print the SQL for the database users of both machines'
complete -c provha -n '__provha_at setup help' -a cmts -d 'Print the lines for each CMTS: helper addresses, NTP servers'
complete -c provha -n '__provha_at setup help' -a icinga -d 'Print objects for Icinga 2: hosts, services, dependencies'
complete -c provha -n '__provha_at setup help' -a pair -d 'Show, or with --yes do, the way of both machines into the pair'
complete -c provha -n '__provha_at setup help' -a help -d 'Print this message or the help of the given subcommand(s)'
complete -c provha -n '__provha_at' -a demo -d 'Render both machines of an embedded sample network'
complete -c provha -n '__provha_at demo' -l out -d 'Directory in which master/ and slave/ are made' -r -F
complete -c provha -n '__provha_at demo' -l json -d 'Print the result as one JSON object on stdout'
complete -c provha -n '__provha_at demo' -l color -d 'Use colour' -r -a 'auto\\t\'On a terminal, unless `NO_COLOR` is set or TERM is dumb\' always\\t\'Always\' never\\t\'Never\''
complete -c provha -n '__provha_at demo' -s q -l quiet -d 'Print warnings and errors only'
complete -c provha -n '__provha_at demo' -s v -l verbose -d 'Print more details'
complete -c provha -n '__provha_at demo' -s h -l help -d 'Print help (see more with \'--help\')'
complete -c provha -n '__provha_at' -a completions -d 'Print a shell completion script'
complete -c provha -n '__provha_at completions' -a 'bash elvish fish powershell zsh'
complete -c provha -n '__provha_at completions' -l json -d 'Print the result as one JSON object on stdout'
complete -c provha -n '__provha_at completions' -l color -d 'Use colour' -r -a 'auto\\t\'On a terminal, unless `NO_COLOR` is set or TERM is dumb\' always\\t\'Always\' never\\t\'Never\''
complete -c provha -n '__provha_at completions' -s q -l quiet -d 'Print warnings and errors only'
complete -c provha -n '__provha_at completions' -s v -l verbose -d 'Print more details'
complete -c provha -n '__provha_at completions' -s h -l help -d 'Print help (see more with \'--help\')'
complete -c provha -n '__provha_at' -a man -d 'Write the man pages'
complete -c provha -n '__provha_at man' -l out -d 'Directory in which man1/, man5/ and man7/ are made' -r -F
complete -c provha -n '__provha_at man' -l json -d 'Print the result as one JSON object on stdout'
complete -c provha -n '__provha_at man' -l color -d 'Use colour' -r -a 'auto\\t\'On a terminal, unless `NO_COLOR` is set or TERM is dumb\' always\\t\'Always\' never\\t\'Never\''
complete -c provha -n '__provha_at man' -s q -l quiet -d 'Print warnings and errors only'
complete -c provha -n '__provha_at man' -s v -l verbose -d 'Print more details'
complete -c provha -n '__provha_at man' -s h -l help -d 'Print help (see more with \'--help\')'
complete -c provha -n '__provha_at' -a help -d 'Print this message or the help of the given subcommand(s)'
complete -c provha -n '__provha_at help' -a dhcp -d 'Make /etc/dhcp-nmsprime and restart dhcpd if it changed'
complete -c provha -n '__provha_at help' -a dns -d 'Make named\'s configuration and update its zones'
complete -c provha -n '__provha_at help' -a time -d 'Make the configuration of chrony and of the time service on UDP port 37'
complete -c provha -n '__provha_at help' -a configfile -d 'Make the files of modems and telephone adapters in /tftpboot'
complete -c provha -n '__provha_at help' -a rebuild -d 'Update every output whose input changed (run by the timer)'
complete -c provha -n '__provha_at help' -a watch -d 'Follow the database and update outputs within a second or two'
complete -c provha -n '__provha_at help' -a adopt -d 'Compare the live files of the existing system with what provha would write; nothing is written'
complete -c provha -n '__provha_at help' -a status -d 'Show this machine\'s state: database, daemons, failover pair, boot files'
complete -c provha -n '__provha_at help status' -a mute -d 'Keep a finding from counting for a while'
complete -c provha -n '__provha_at help status' -a unmute -d 'Let a finding count again'
complete -c provha -n '__provha_at help status' -a pools -d 'Address pools, with a table'
complete -c provha -n '__provha_at help status' -a pair -d 'Failover pair, clocks, what waits'
complete -c provha -n '__provha_at help status' -a db -d 'Database, role, last rebuild, lock'
complete -c provha -n '__provha_at help status' -a drift -d 'Files changed by others, and who else writes them'
complete -c provha -n '__provha_at help status' -a daemons -d 'dhcpd, kea-dhcp6, named, chronyd, time, TFTP'
complete -c provha -n '__provha_at help status' -a files -d 'Boot files and the lease file'
complete -c provha -n '__provha_at help' -a explain -d 'Show everything one device gets, and where each value comes from'
complete -c provha -n '__provha_at help' -a failover -d 'Read or set dhcpd\'s failover state on both nodes'
complete -c provha -n '__provha_at help failover' -a state -d 'Show the state of both nodes'
complete -c provha -n '__provha_at help failover' -a partner-down -d 'Let this node serve alone after the peer was proved dead'
complete -c provha -n '__provha_at help failover' -a wait -d 'Wait until this node is in a state; \'normal\' means both nodes'
complete -c provha -n '__provha_at help' -a cluster -d 'Watch the database cluster, and bring it back after a full stop'
complete -c provha -n '__provha_at help cluster' -a status -d 'Show the state of the database cluster, asking every node'
complete -c provha -n '__provha_at help cluster' -a crosscheck -d 'Show who sees whom: every node against every other one'
complete -c provha -n '__provha_at help cluster' -a primary -d 'Show, or change, which node does the background work'
complete -c provha -n '__provha_at help cluster' -a galera -d 'The database cluster'
complete -c provha -n '__provha_at help cluster galera' -a init -d 'Make this node a part of the cluster, the master first'
complete -c provha -n '__provha_at help cluster galera' -a arbiter -d 'Run the arbiter (garbd) on this machine: a vote without data'
complete -c provha -n '__provha_at help cluster galera' -a recover -d 'Bring the database back after a full stop or a crash'
complete -c provha -n '__provha_at help cluster' -a fs -d 'A directory that GlusterFS holds on all nodes'
complete -c provha -n '__provha_at help cluster fs' -a init -d 'First step, on each node: glusterd runs, and has a place for its copy'
complete -c provha -n '__provha_at help cluster fs' -a peers -d 'Second step, on the first node: the nodes know each other'
complete -c provha -n '__provha_at help cluster fs' -a volume -d 'Third step, on the first node: two copies and an arbiter, started'
complete -c provha -n '__provha_at help cluster fs' -a mount -d 'Fourth step, on each node that needs the files: mount it'
complete -c provha -n '__provha_at help cluster fs' -a status -d 'Show whether the volume is whole'
complete -c provha -n '__provha_at help' -a maintenance -d 'Take this node out of service for a while, and bring it back'
complete -c provha -n '__provha_at help maintenance' -a start -d 'Take this node out of service; its peer serves meanwhile'
complete -c provha -n '__provha_at help maintenance' -a end -d 'Bring this node back into service'
complete -c provha -n '__provha_at help' -a config -d 'Show the effective configuration'
complete -c provha -n '__provha_at help config' -a show -d 'Print every key with its effective value; secrets are masked'
complete -c provha -n '__provha_at help' -a db -d 'Show what of the database can be read, or copy a masked part of it'
complete -c provha -n '__provha_at help db' -a check -d 'Show engine, release and rights: what is missing, what may not be read'
complete -c provha -n '__provha_at help db' -a sample -d 'Write a masked copy of some rows, small enough to send'
complete -c provha -n '__provha_at help' -a support -d 'Write a masked bundle for support: state, settings, a replayable sample'
complete -c provha -n '__provha_at help' -a pair -d 'Enter or leave the failover pair: asks the peer first'
complete -c provha -n '__provha_at help pair' -a leave -d 'Serve without the peer from now on'
complete -c provha -n '__provha_at help pair' -a join -d 'Serve as one of a pair from now on'
complete -c provha -n '__provha_at help' -a probe -d 'Ask both servers as a device would, and tell how far it would get'
complete -c provha -n '__provha_at help' -a leases -d 'Show who had an address, or which addresses a client had, and when'
complete -c provha -n '__provha_at help' -a log -d 'List the kept generations: what was live, and when'
complete -c provha -n '__provha_at help' -a rollback -d 'Make an earlier generation live again'
complete -c provha -n '__provha_at help' -a diff -d 'Show what changed from one generation to another'
complete -c provha -n '__provha_at help' -a docsis -d 'Encode, decode and compare configfiles of devices'
complete -c provha -n '__provha_at help docsis' -a encode -d 'Encode a text, or the JSON of decode, into a binary'
complete -c provha -n '__provha_at help docsis' -a decode -d 'Decode a binary into text; with --json into a tree of settings'
complete -c provha -n '__provha_at help docsis' -a verify -d 'Check the MICs, the structure, the hash and the meaning of a binary'
complete -c provha -n '__provha_at help docsis' -a check -d 'Check the meaning of texts and binaries: no wrong service passes'
complete -c provha -n '__provha_at help docsis' -a describe -d 'Tell what a setting or an SNMP object is: code, type, limits, version'
complete -c provha -n '__provha_at help docsis' -a diff -d 'Say what changes between two binaries; with --exit-code: exit 10 where they differ'
complete -c provha -n '__provha_at help' -a sync-ha-master-files -d 'Send files that only the master has to the slaves (rsync over ssh)'
complete -c provha -n '__provha_at help' -a clean-up-slave -d 'Move away files that must not run on a slave, or restore them'
complete -c provha -n '__provha_at help' -a setup -d 'Set this machine up: a plan first, then its steps, and the way back'
complete -c provha -n '__provha_at help setup' -a master -d 'Show, or with --yes do, the steps that make this machine the master'
complete -c provha -n '__provha_at help setup' -a slave -d 'Show, or with --yes do, the steps that make this machine the slave'
complete -c provha -n '__provha_at help setup' -a standalone -d 'Show, or with --yes do, the steps for a machine without a peer'
complete -c provha -n '__provha_at help setup' -a undo -d 'Show, or with --yes do, what brings back the files of before setup'
complete -c provha -n '__provha_at help setup' -a hand-over -d 'Show, or with --yes do, what leaves one program that writes the files'
complete -c provha -n '__provha_at help setup' -a check -d 'Check a machine that is set up; each problem with the line that fixes it'
complete -c provha -n '__provha_at help setup' -a grants -d 'Print the SQL for the database users of both machines'
complete -c provha -n '__provha_at help setup' -a cmts -d 'Print the lines for each CMTS: helper addresses, NTP servers'
complete -c provha -n '__provha_at help setup' -a icinga -d 'Print objects for Icinga 2: hosts, services, dependencies'
complete -c provha -n '__provha_at help setup' -a pair -d 'Show, or with --yes do, the way of both machines into the pair'
complete -c provha -n '__provha_at help' -a demo -d 'Render both machines of an embedded sample network'
complete -c provha -n '__provha_at help' -a completions -d 'Print a shell completion script'
complete -c provha -n '__provha_at help' -a man -d 'Write the man pages'
complete -c provha -n '__provha_at help' -a help -d 'Print this message or the help of the given subcommand(s)'
