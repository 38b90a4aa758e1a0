# Print an optspec for argparse to handle cmd's options that are independent of any subcommand.
function __fish_provha_global_optspecs
    string join \n env-dir= root= db= role= dry-run diff exit-code no-activate strict lock-wait= max-removed-percent= max-quarantined-percent= allow-empty-pools allow= drain accept-older-database restart-hold= reason= json color= q/quiet v/verbose h/help V/version
end

function __fish_provha_needs_command
    # Figure out if the current invocation already has a command.
    set -l cmd (commandline -opc)
    set -e cmd[1]
    argparse -s (__fish_provha_global_optspecs) -- $cmd 2>/dev/null
    or return
    if set -q argv[1]
        # Also print the command, so this can be used to figure out what it is.
        echo $argv[1]
        return 1
    end
    return 0
end

function __fish_provha_using_subcommand
    set -l cmd (__fish_provha_needs_command)
    test -z "$cmd"
    and return 1
    contains -- $cmd[1] $argv
end

complete -c provha -n "__fish_provha_needs_command" -l env-dir -d 'Directory of the env files [default: /etc/nmsprime/env]' -r -F
complete -c provha -n "__fish_provha_needs_command" -l root -d 'Directory used in place of /, like DESTDIR' -r -F
complete -c provha -n "__fish_provha_needs_command" -l db -d 'Database: mysql://user@host[,host2][:port]/db, mysql:///db?socket=PATH or sqlite:PATH. Missing parts come from the DB_* keys' -r
complete -c provha -n "__fish_provha_needs_command" -l role -d 'Role of this machine; overrides PROVHA__OWN_STATE' -r -f -a "master\t'Runs the GUI and writes the database; failover primary'
slave\t'Only reads the database; failover secondary'
standalone\t'One machine without a peer'"
complete -c provha -n "__fish_provha_needs_command" -l lock-wait -d 'Wait up to this long for another run to end' -r
complete -c provha -n "__fish_provha_needs_command" -l max-removed-percent -d 'Allow this run to remove up to this share of the live hosts' -r
complete -c provha -n "__fish_provha_needs_command" -l max-quarantined-percent -d 'Allow this run to leave out up to this share of the rows' -r
complete -c provha -n "__fish_provha_needs_command" -l allow -d 'Allow this run what the guard rails name, such as modems,leases' -r -f -a "all\t'Everything below'
hosts\t'Hosts of all kinds'
modems\t'Hosts of modems'
mtas\t'Hosts of telephone adapters'
endpoints\t'Hosts of endpoints'
blocked\t'Modems whose customer devices get no address any more'
cmts\t'CMTS'
pools\t'Pools that vanish or answer nobody any more'
routers\t'Pools whose router changes'
leases\t'Active leases that no range holds any more'
access-lists\t'Access lists of named and chrony that become empty'
names\t'Names of devices that are still there'
files\t'Boot files that are removed'
no-file\t'Devices that have no valid boot file'
network-access\t'Boot files whose NetworkAccess becomes 0'
flows\t'Boot files that lose flows or rates'
settings\t'Boot files that lose a configfile\'s settings'
key-file\t'Boot files that are signed with another secret'"
complete -c provha -n "__fish_provha_needs_command" -l restart-hold -d 'Delay a restart of dhcpd up to this long while its failover peer does not serve [default: PROVHA__RESTART_HOLD]' -r
complete -c provha -n "__fish_provha_needs_command" -l reason -d 'Why this is done: kept with the generation or the mute' -r
complete -c provha -n "__fish_provha_needs_command" -l color -d 'Use colour' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set or TERM is dumb'
always\t'Always'
never\t'Never'"
complete -c provha -n "__fish_provha_needs_command" -l dry-run -d 'Check everything and list what would change, but change nothing'
complete -c provha -n "__fish_provha_needs_command" -l diff -d 'Like --dry-run, and show the changed lines'
complete -c provha -n "__fish_provha_needs_command" -l exit-code -d 'With --dry-run or --diff: exit with 10 if changes are pending'
complete -c provha -n "__fish_provha_needs_command" -l no-activate -d 'Write files, but restart no daemon and contact no host except the database'
complete -c provha -n "__fish_provha_needs_command" -l strict -d 'Refuse the run (exit 3) if there are findings'
complete -c provha -n "__fish_provha_needs_command" -l allow-empty-pools -d 'Allow this run to remove pools that have active leases'
complete -c provha -n "__fish_provha_needs_command" -l drain -d 'Let the leases of pools that shrank or are gone go on, but give no new ones there, until the last of them has ended'
complete -c provha -n "__fish_provha_needs_command" -l accept-older-database -d 'Make the database live although what is live was made of newer values'
complete -c provha -n "__fish_provha_needs_command" -l json -d 'Print the result as one JSON object on stdout'
complete -c provha -n "__fish_provha_needs_command" -s q -l quiet -d 'Print warnings and errors only'
complete -c provha -n "__fish_provha_needs_command" -s v -l verbose -d 'Print more details'
complete -c provha -n "__fish_provha_needs_command" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c provha -n "__fish_provha_needs_command" -s V -l version -d 'Print version'
complete -c provha -n "__fish_provha_needs_command" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c provha -n "__fish_provha_needs_command" -f -a "dhcp" -d 'Make /etc/dhcp-nmsprime and restart dhcpd if it changed'
complete -c provha -n "__fish_provha_needs_command" -f -a "dns" -d 'Make named\'s configuration and update its zones'
complete -c provha -n "__fish_provha_needs_command" -f -a "time" -d 'Make the configuration of chrony and of the time service on UDP port 37'
complete -c provha -n "__fish_provha_needs_command" -f -a "configfile" -d 'Make the files of modems and telephone adapters in /tftpboot'
complete -c provha -n "__fish_provha_needs_command" -f -a "rebuild" -d 'Update every output whose input changed (run by the timer)'
complete -c provha -n "__fish_provha_needs_command" -f -a "watch" -d 'Follow the database and update outputs within a second or two'
complete -c provha -n "__fish_provha_needs_command" -f -a "adopt" -d 'Compare the live files of the existing system with what provha would write; nothing is written'
complete -c provha -n "__fish_provha_needs_command" -f -a "status" -d 'Show this machine\'s state: database, daemons, failover pair, boot files'
complete -c provha -n "__fish_provha_needs_command" -f -a "explain" -d 'Show everything one device gets, and where each value comes from'
complete -c provha -n "__fish_provha_needs_command" -f -a "failover" -d 'Read or set dhcpd\'s failover state on both nodes'
complete -c provha -n "__fish_provha_needs_command" -f -a "cluster" -d 'Watch the database cluster, and bring it back after a full stop'
complete -c provha -n "__fish_provha_needs_command" -f -a "maintenance" -d 'Take this node out of service for a while, and bring it back'
complete -c provha -n "__fish_provha_needs_command" -f -a "config" -d 'Show the effective configuration'
complete -c provha -n "__fish_provha_needs_command" -f -a "db" -d 'Show what of the database can be read, or copy a masked part of it'
complete -c provha -n "__fish_provha_needs_command" -f -a "support" -d 'Write a masked bundle for support: state, settings, a replayable sample'
complete -c provha -n "__fish_provha_needs_command" -f -a "pair" -d 'Enter or leave the failover pair: asks the peer first'
complete -c provha -n "__fish_provha_needs_command" -f -a "probe" -d 'Ask both servers as a device would, and tell how far it would get'
complete -c provha -n "__fish_provha_needs_command" -f -a "leases" -d 'Show who had an address, or which addresses a client had, and when'
complete -c provha -n "__fish_provha_needs_command" -f -a "log" -d 'List the kept generations: what was live, and when'
complete -c provha -n "__fish_provha_needs_command" -f -a "rollback" -d 'Make an earlier generation live again'
complete -c provha -n "__fish_provha_needs_command" -f -a "diff" -d 'Show what changed from one generation to another'
complete -c provha -n "__fish_provha_needs_command" -f -a "docsis" -d 'Encode, decode and compare configfiles of devices'
complete -c provha -n "__fish_provha_needs_command" -f -a "sync-ha-master-files" -d 'Send files that only the master has to the slaves (rsync over ssh)'
complete -c provha -n "__fish_provha_needs_command" -f -a "clean-up-slave" -d 'Move away files that must not run on a slave, or restore them'
complete -c provha -n "__fish_provha_needs_command" -f -a "setup" -d 'Set this machine up: a plan first, then its steps, and the way back'
complete -c provha -n "__fish_provha_needs_command" -f -a "demo" -d 'Render both machines of an embedded sample network'
complete -c provha -n "__fish_provha_needs_command" -f -a "completions" -d 'Print a shell completion script'
complete -c provha -n "__fish_provha_needs_command" -f -a "man" -d 'Write the man pages'
complete -c provha -n "__fish_provha_using_subcommand help; and not __fish_seen_subcommand_from dhcp dns time configfile rebuild watch adopt status explain failover cluster maintenance config db support pair probe leases log rollback diff docsis sync-ha-master-files clean-up-slave setup demo completions man help" -f -a "dhcp" -d 'Make /etc/dhcp-nmsprime and restart dhcpd if it changed'
complete -c provha -n "__fish_provha_using_subcommand help; and not __fish_seen_subcommand_from dhcp dns time configfile rebuild watch adopt status explain failover cluster maintenance config db support pair probe leases log rollback diff docsis sync-ha-master-files clean-up-slave setup demo completions man help" -f -a "dns" -d 'Make named\'s configuration and update its zones'
complete -c provha -n "__fish_provha_using_subcommand help; and not __fish_seen_subcommand_from dhcp dns time configfile rebuild watch adopt status explain failover cluster maintenance config db support pair probe leases log rollback diff docsis sync-ha-master-files clean-up-slave setup demo completions man help" -f -a "time" -d 'Make the configuration of chrony and of the time service on UDP port 37'
complete -c provha -n "__fish_provha_using_subcommand help; and not __fish_seen_subcommand_from dhcp dns time configfile rebuild watch adopt status explain failover cluster maintenance config db support pair probe leases log rollback diff docsis sync-ha-master-files clean-up-slave setup demo completions man help" -f -a "configfile" -d 'Make the files of modems and telephone adapters in /tftpboot'
complete -c provha -n "__fish_provha_using_subcommand help; and not __fish_seen_subcommand_from dhcp dns time configfile rebuild watch adopt status explain failover cluster maintenance config db support pair probe leases log rollback diff docsis sync-ha-master-files clean-up-slave setup demo completions man help" -f -a "rebuild" -d 'Update every output whose input changed (run by the timer)'
complete -c provha -n "__fish_provha_using_subcommand help; and not __fish_seen_subcommand_from dhcp dns time configfile rebuild watch adopt status explain failover cluster maintenance config db support pair probe leases log rollback diff docsis sync-ha-master-files clean-up-slave setup demo completions man help" -f -a "watch" -d 'Follow the database and update outputs within a second or two'
complete -c provha -n "__fish_provha_using_subcommand help; and not __fish_seen_subcommand_from dhcp dns time configfile rebuild watch adopt status explain failover cluster maintenance config db support pair probe leases log rollback diff docsis sync-ha-master-files clean-up-slave setup demo completions man help" -f -a "adopt" -d 'Compare the live files of the existing system with what provha would write; nothing is written'
complete -c provha -n "__fish_provha_using_subcommand help; and not __fish_seen_subcommand_from dhcp dns time configfile rebuild watch adopt status explain failover cluster maintenance config db support pair probe leases log rollback diff docsis sync-ha-master-files clean-up-slave setup demo completions man help" -f -a "status" -d 'Show this machine\'s state: database, daemons, failover pair, boot files'
complete -c provha -n "__fish_provha_using_subcommand help; and not __fish_seen_subcommand_from dhcp dns time configfile rebuild watch adopt status explain failover cluster maintenance config db support pair probe leases log rollback diff docsis sync-ha-master-files clean-up-slave setup demo completions man help" -f -a "explain" -d 'Show everything one device gets, and where each value comes from'
complete -c provha -n "__fish_provha_using_subcommand help; and not __fish_seen_subcommand_from dhcp dns time configfile rebuild watch adopt status explain failover cluster maintenance config db support pair probe leases log rollback diff docsis sync-ha-master-files clean-up-slave setup demo completions man help" -f -a "failover" -d 'Read or set dhcpd\'s failover state on both nodes'
complete -c provha -n "__fish_provha_using_subcommand help; and not __fish_seen_subcommand_from dhcp dns time configfile rebuild watch adopt status explain failover cluster maintenance config db support pair probe leases log rollback diff docsis sync-ha-master-files clean-up-slave setup demo completions man help" -f -a "cluster" -d 'Watch the database cluster, and bring it back after a full stop'
complete -c provha -n "__fish_provha_using_subcommand help; and not __fish_seen_subcommand_from dhcp dns time configfile rebuild watch adopt status explain failover cluster maintenance config db support pair probe leases log rollback diff docsis sync-ha-master-files clean-up-slave setup demo completions man help" -f -a "maintenance" -d 'Take this node out of service for a while, and bring it back'
complete -c provha -n "__fish_provha_using_subcommand help; and not __fish_seen_subcommand_from dhcp dns time configfile rebuild watch adopt status explain failover cluster maintenance config db support pair probe leases log rollback diff docsis sync-ha-master-files clean-up-slave setup demo completions man help" -f -a "config" -d 'Show the effective configuration'
complete -c provha -n "__fish_provha_using_subcommand help; and not __fish_seen_subcommand_from dhcp dns time configfile rebuild watch adopt status explain failover cluster maintenance config db support pair probe leases log rollback diff docsis sync-ha-master-files clean-up-slave setup demo completions man help" -f -a "db" -d 'Show what of the database can be read, or copy a masked part of it'
complete -c provha -n "__fish_provha_using_subcommand help; and not __fish_seen_subcommand_from dhcp dns time configfile rebuild watch adopt status explain failover cluster maintenance config db support pair probe leases log rollback diff docsis sync-ha-master-files clean-up-slave setup demo completions man help" -f -a "support" -d 'Write a masked bundle for support: state, settings, a replayable sample'
complete -c provha -n "__fish_provha_using_subcommand help; and not __fish_seen_subcommand_from dhcp dns time configfile rebuild watch adopt status explain failover cluster maintenance config db support pair probe leases log rollback diff docsis sync-ha-master-files clean-up-slave setup demo completions man help" -f -a "pair" -d 'Enter or leave the failover pair: asks the peer first'
complete -c provha -n "__fish_provha_using_subcommand help; and not __fish_seen_subcommand_from dhcp dns time configfile rebuild watch adopt status explain failover cluster maintenance config db support pair probe leases log rollback diff docsis sync-ha-master-files clean-up-slave setup demo completions man help" -f -a "probe" -d 'Ask both servers as a device would, and tell how far it would get'
complete -c provha -n "__fish_provha_using_subcommand help; and not __fish_seen_subcommand_from dhcp dns time configfile rebuild watch adopt status explain failover cluster maintenance config db support pair probe leases log rollback diff docsis sync-ha-master-files clean-up-slave setup demo completions man help" -f -a "leases" -d 'Show who had an address, or which addresses a client had, and when'
complete -c provha -n "__fish_provha_using_subcommand help; and not __fish_seen_subcommand_from dhcp dns time configfile rebuild watch adopt status explain failover cluster maintenance config db support pair probe leases log rollback diff docsis sync-ha-master-files clean-up-slave setup demo completions man help" -f -a "log" -d 'List the kept generations: what was live, and when'
complete -c provha -n "__fish_provha_using_subcommand help; and not __fish_seen_subcommand_from dhcp dns time configfile rebuild watch adopt status explain failover cluster maintenance config db support pair probe leases log rollback diff docsis sync-ha-master-files clean-up-slave setup demo completions man help" -f -a "rollback" -d 'Make an earlier generation live again'
complete -c provha -n "__fish_provha_using_subcommand help; and not __fish_seen_subcommand_from dhcp dns time configfile rebuild watch adopt status explain failover cluster maintenance config db support pair probe leases log rollback diff docsis sync-ha-master-files clean-up-slave setup demo completions man help" -f -a "diff" -d 'Show what changed from one generation to another'
complete -c provha -n "__fish_provha_using_subcommand help; and not __fish_seen_subcommand_from dhcp dns time configfile rebuild watch adopt status explain failover cluster maintenance config db support pair probe leases log rollback diff docsis sync-ha-master-files clean-up-slave setup demo completions man help" -f -a "docsis" -d 'Encode, decode and compare configfiles of devices'
complete -c provha -n "__fish_provha_using_subcommand help; and not __fish_seen_subcommand_from dhcp dns time configfile rebuild watch adopt status explain failover cluster maintenance config db support pair probe leases log rollback diff docsis sync-ha-master-files clean-up-slave setup demo completions man help" -f -a "sync-ha-master-files" -d 'Send files that only the master has to the slaves (rsync over ssh)'
complete -c provha -n "__fish_provha_using_subcommand help; and not __fish_seen_subcommand_from dhcp dns time configfile rebuild watch adopt status explain failover cluster maintenance config db support pair probe leases log rollback diff docsis sync-ha-master-files clean-up-slave setup demo completions man help" -f -a "clean-up-slave" -d 'Move away files that must not run on a slave, or restore them'
complete -c provha -n "__fish_provha_using_subcommand help; and not __fish_seen_subcommand_from dhcp dns time configfile rebuild watch adopt status explain failover cluster maintenance config db support pair probe leases log rollback diff docsis sync-ha-master-files clean-up-slave setup demo completions man help" -f -a "setup" -d 'Set this machine up: a plan first, then its steps, and the way back'
complete -c provha -n "__fish_provha_using_subcommand help; and not __fish_seen_subcommand_from dhcp dns time configfile rebuild watch adopt status explain failover cluster maintenance config db support pair probe leases log rollback diff docsis sync-ha-master-files clean-up-slave setup demo completions man help" -f -a "demo" -d 'Render both machines of an embedded sample network'
complete -c provha -n "__fish_provha_using_subcommand help; and not __fish_seen_subcommand_from dhcp dns time configfile rebuild watch adopt status explain failover cluster maintenance config db support pair probe leases log rollback diff docsis sync-ha-master-files clean-up-slave setup demo completions man help" -f -a "completions" -d 'Print a shell completion script'
complete -c provha -n "__fish_provha_using_subcommand help; and not __fish_seen_subcommand_from dhcp dns time configfile rebuild watch adopt status explain failover cluster maintenance config db support pair probe leases log rollback diff docsis sync-ha-master-files clean-up-slave setup demo completions man help" -f -a "man" -d 'Write the man pages'
complete -c provha -n "__fish_provha_using_subcommand help; and not __fish_seen_subcommand_from dhcp dns time configfile rebuild watch adopt status explain failover cluster maintenance config db support pair probe leases log rollback diff docsis sync-ha-master-files clean-up-slave setup demo completions man help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c provha -n "__fish_provha_using_subcommand help; and __fish_seen_subcommand_from status" -f -a "mute" -d 'Keep a finding from counting for a while'
complete -c provha -n "__fish_provha_using_subcommand help; and __fish_seen_subcommand_from status" -f -a "unmute" -d 'Let a finding count again'
complete -c provha -n "__fish_provha_using_subcommand help; and __fish_seen_subcommand_from failover" -f -a "state" -d 'Show the state of both nodes'
complete -c provha -n "__fish_provha_using_subcommand help; and __fish_seen_subcommand_from failover" -f -a "partner-down" -d 'Let this node serve alone after the peer was proved dead'
complete -c provha -n "__fish_provha_using_subcommand help; and __fish_seen_subcommand_from failover" -f -a "wait" -d 'Wait until this node is in a state; \'normal\' means both nodes'
complete -c provha -n "__fish_provha_using_subcommand help; and __fish_seen_subcommand_from cluster" -f -a "status" -d 'Show the state of the database cluster, asking every node'
complete -c provha -n "__fish_provha_using_subcommand help; and __fish_seen_subcommand_from cluster" -f -a "crosscheck" -d 'Show who sees whom: every node against every other one'
complete -c provha -n "__fish_provha_using_subcommand help; and __fish_seen_subcommand_from cluster" -f -a "primary" -d 'Show, or change, which node does the background work'
complete -c provha -n "__fish_provha_using_subcommand help; and __fish_seen_subcommand_from cluster" -f -a "galera" -d 'The database cluster'
complete -c provha -n "__fish_provha_using_subcommand help; and __fish_seen_subcommand_from maintenance" -f -a "start" -d 'Take this node out of service; its peer serves meanwhile'
complete -c provha -n "__fish_provha_using_subcommand help; and __fish_seen_subcommand_from maintenance" -f -a "end" -d 'Bring this node back into service'
complete -c provha -n "__fish_provha_using_subcommand help; and __fish_seen_subcommand_from config" -f -a "show" -d 'Print every key with its effective value; secrets are masked'
complete -c provha -n "__fish_provha_using_subcommand help; and __fish_seen_subcommand_from db" -f -a "check" -d 'Show engine, release and rights: what is missing, what may not be read'
complete -c provha -n "__fish_provha_using_subcommand help; and __fish_seen_subcommand_from db" -f -a "sample" -d 'Write a masked copy of some rows, small enough to send'
complete -c provha -n "__fish_provha_using_subcommand help; and __fish_seen_subcommand_from pair" -f -a "leave" -d 'Serve without the peer from now on'
complete -c provha -n "__fish_provha_using_subcommand help; and __fish_seen_subcommand_from pair" -f -a "join" -d 'Serve as one of a pair from now on'
complete -c provha -n "__fish_provha_using_subcommand help; and __fish_seen_subcommand_from docsis" -f -a "encode" -d 'Encode a text, or the JSON of decode, into a binary'
complete -c provha -n "__fish_provha_using_subcommand help; and __fish_seen_subcommand_from docsis" -f -a "decode" -d 'Decode a binary into text; with --json into a tree of settings'
complete -c provha -n "__fish_provha_using_subcommand help; and __fish_seen_subcommand_from docsis" -f -a "verify" -d 'Check the MICs, the structure, the hash and the meaning of a binary'
complete -c provha -n "__fish_provha_using_subcommand help; and __fish_seen_subcommand_from docsis" -f -a "check" -d 'Check the meaning of texts and binaries: no wrong service passes'
complete -c provha -n "__fish_provha_using_subcommand help; and __fish_seen_subcommand_from docsis" -f -a "describe" -d 'Tell what a setting or an SNMP object is: code, type, limits, version'
complete -c provha -n "__fish_provha_using_subcommand help; and __fish_seen_subcommand_from docsis" -f -a "diff" -d 'Say what changes between two binaries; with --exit-code: exit 10 where they differ'
complete -c provha -n "__fish_provha_using_subcommand help; and __fish_seen_subcommand_from setup" -f -a "master" -d 'Show, or with --yes do, the steps that make this machine the master'
complete -c provha -n "__fish_provha_using_subcommand help; and __fish_seen_subcommand_from setup" -f -a "slave" -d 'Show, or with --yes do, the steps that make this machine the slave'
complete -c provha -n "__fish_provha_using_subcommand help; and __fish_seen_subcommand_from setup" -f -a "standalone" -d 'Show, or with --yes do, the steps for a machine without a peer'
complete -c provha -n "__fish_provha_using_subcommand help; and __fish_seen_subcommand_from setup" -f -a "undo" -d 'Show, or with --yes do, what brings back the files of before setup'
complete -c provha -n "__fish_provha_using_subcommand help; and __fish_seen_subcommand_from setup" -f -a "hand-over" -d 'Show, or with --yes do, what leaves one program that writes the files'
complete -c provha -n "__fish_provha_using_subcommand help; and __fish_seen_subcommand_from setup" -f -a "check" -d 'Check a machine that is set up; each problem with the line that fixes it'
complete -c provha -n "__fish_provha_using_subcommand help; and __fish_seen_subcommand_from setup" -f -a "grants" -d 'Print the SQL for the database users of both machines'
complete -c provha -n "__fish_provha_using_subcommand help; and __fish_seen_subcommand_from setup" -f -a "cmts" -d 'Print the lines for each CMTS: helper addresses, NTP servers'
complete -c provha -n "__fish_provha_using_subcommand help; and __fish_seen_subcommand_from setup" -f -a "icinga" -d 'Print objects for Icinga 2: hosts, services, dependencies'
complete -c provha -n "__fish_provha_using_subcommand help; and __fish_seen_subcommand_from setup" -f -a "pair" -d 'Show, or with --yes do, the way of both machines into the pair'
complete -c provha -n "__fish_provha_using_subcommand dhcp" -l env-dir -d 'Directory of the env files [default: /etc/nmsprime/env]' -r -F
complete -c provha -n "__fish_provha_using_subcommand dhcp" -l root -d 'Directory used in place of /, like DESTDIR' -r -F
complete -c provha -n "__fish_provha_using_subcommand dhcp" -l db -d 'Database: mysql://user@host[,host2][:port]/db, mysql:///db?socket=PATH or sqlite:PATH. Missing parts come from the DB_* keys' -r
complete -c provha -n "__fish_provha_using_subcommand dhcp" -l role -d 'Role of this machine; overrides PROVHA__OWN_STATE' -r -f -a "master\t'Runs the GUI and writes the database; failover primary'
slave\t'Only reads the database; failover secondary'
standalone\t'One machine without a peer'"
complete -c provha -n "__fish_provha_using_subcommand dhcp" -l lock-wait -d 'Wait up to this long for another run to end' -r
complete -c provha -n "__fish_provha_using_subcommand dhcp" -l max-removed-percent -d 'Allow this run to remove up to this share of the live hosts' -r
complete -c provha -n "__fish_provha_using_subcommand dhcp" -l max-quarantined-percent -d 'Allow this run to leave out up to this share of the rows' -r
complete -c provha -n "__fish_provha_using_subcommand dhcp" -l allow -d 'Allow this run what the guard rails name, such as modems,leases' -r -f -a "all\t'Everything below'
hosts\t'Hosts of all kinds'
modems\t'Hosts of modems'
mtas\t'Hosts of telephone adapters'
endpoints\t'Hosts of endpoints'
blocked\t'Modems whose customer devices get no address any more'
cmts\t'CMTS'
pools\t'Pools that vanish or answer nobody any more'
routers\t'Pools whose router changes'
leases\t'Active leases that no range holds any more'
access-lists\t'Access lists of named and chrony that become empty'
names\t'Names of devices that are still there'
files\t'Boot files that are removed'
no-file\t'Devices that have no valid boot file'
network-access\t'Boot files whose NetworkAccess becomes 0'
flows\t'Boot files that lose flows or rates'
settings\t'Boot files that lose a configfile\'s settings'
key-file\t'Boot files that are signed with another secret'"
complete -c provha -n "__fish_provha_using_subcommand dhcp" -l restart-hold -d 'Delay a restart of dhcpd up to this long while its failover peer does not serve [default: PROVHA__RESTART_HOLD]' -r
complete -c provha -n "__fish_provha_using_subcommand dhcp" -l reason -d 'Why this is done: kept with the generation or the mute' -r
complete -c provha -n "__fish_provha_using_subcommand dhcp" -l color -d 'Use colour' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set or TERM is dumb'
always\t'Always'
never\t'Never'"
complete -c provha -n "__fish_provha_using_subcommand dhcp" -l now -d 'Do not collect changes while this node serves alone: start dhcpd now'
complete -c provha -n "__fish_provha_using_subcommand dhcp" -l start-alone -d 'Enter a failover pair although the peer is away: nobody is served for 15 s, and after that only if the peer is proved dead'
complete -c provha -n "__fish_provha_using_subcommand dhcp" -l dry-run -d 'Check everything and list what would change, but change nothing'
complete -c provha -n "__fish_provha_using_subcommand dhcp" -l diff -d 'Like --dry-run, and show the changed lines'
complete -c provha -n "__fish_provha_using_subcommand dhcp" -l exit-code -d 'With --dry-run or --diff: exit with 10 if changes are pending'
complete -c provha -n "__fish_provha_using_subcommand dhcp" -l no-activate -d 'Write files, but restart no daemon and contact no host except the database'
complete -c provha -n "__fish_provha_using_subcommand dhcp" -l strict -d 'Refuse the run (exit 3) if there are findings'
complete -c provha -n "__fish_provha_using_subcommand dhcp" -l allow-empty-pools -d 'Allow this run to remove pools that have active leases'
complete -c provha -n "__fish_provha_using_subcommand dhcp" -l drain -d 'Let the leases of pools that shrank or are gone go on, but give no new ones there, until the last of them has ended'
complete -c provha -n "__fish_provha_using_subcommand dhcp" -l accept-older-database -d 'Make the database live although what is live was made of newer values'
complete -c provha -n "__fish_provha_using_subcommand dhcp" -l json -d 'Print the result as one JSON object on stdout'
complete -c provha -n "__fish_provha_using_subcommand dhcp" -s q -l quiet -d 'Print warnings and errors only'
complete -c provha -n "__fish_provha_using_subcommand dhcp" -s v -l verbose -d 'Print more details'
complete -c provha -n "__fish_provha_using_subcommand dhcp" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c provha -n "__fish_provha_using_subcommand dns" -l env-dir -d 'Directory of the env files [default: /etc/nmsprime/env]' -r -F
complete -c provha -n "__fish_provha_using_subcommand dns" -l root -d 'Directory used in place of /, like DESTDIR' -r -F
complete -c provha -n "__fish_provha_using_subcommand dns" -l db -d 'Database: mysql://user@host[,host2][:port]/db, mysql:///db?socket=PATH or sqlite:PATH. Missing parts come from the DB_* keys' -r
complete -c provha -n "__fish_provha_using_subcommand dns" -l role -d 'Role of this machine; overrides PROVHA__OWN_STATE' -r -f -a "master\t'Runs the GUI and writes the database; failover primary'
slave\t'Only reads the database; failover secondary'
standalone\t'One machine without a peer'"
complete -c provha -n "__fish_provha_using_subcommand dns" -l lock-wait -d 'Wait up to this long for another run to end' -r
complete -c provha -n "__fish_provha_using_subcommand dns" -l max-removed-percent -d 'Allow this run to remove up to this share of the live hosts' -r
complete -c provha -n "__fish_provha_using_subcommand dns" -l max-quarantined-percent -d 'Allow this run to leave out up to this share of the rows' -r
complete -c provha -n "__fish_provha_using_subcommand dns" -l allow -d 'Allow this run what the guard rails name, such as modems,leases' -r -f -a "all\t'Everything below'
hosts\t'Hosts of all kinds'
modems\t'Hosts of modems'
mtas\t'Hosts of telephone adapters'
endpoints\t'Hosts of endpoints'
blocked\t'Modems whose customer devices get no address any more'
cmts\t'CMTS'
pools\t'Pools that vanish or answer nobody any more'
routers\t'Pools whose router changes'
leases\t'Active leases that no range holds any more'
access-lists\t'Access lists of named and chrony that become empty'
names\t'Names of devices that are still there'
files\t'Boot files that are removed'
no-file\t'Devices that have no valid boot file'
network-access\t'Boot files whose NetworkAccess becomes 0'
flows\t'Boot files that lose flows or rates'
settings\t'Boot files that lose a configfile\'s settings'
key-file\t'Boot files that are signed with another secret'"
complete -c provha -n "__fish_provha_using_subcommand dns" -l restart-hold -d 'Delay a restart of dhcpd up to this long while its failover peer does not serve [default: PROVHA__RESTART_HOLD]' -r
complete -c provha -n "__fish_provha_using_subcommand dns" -l reason -d 'Why this is done: kept with the generation or the mute' -r
complete -c provha -n "__fish_provha_using_subcommand dns" -l color -d 'Use colour' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set or TERM is dumb'
always\t'Always'
never\t'Never'"
complete -c provha -n "__fish_provha_using_subcommand dns" -l dry-run -d 'Check everything and list what would change, but change nothing'
complete -c provha -n "__fish_provha_using_subcommand dns" -l diff -d 'Like --dry-run, and show the changed lines'
complete -c provha -n "__fish_provha_using_subcommand dns" -l exit-code -d 'With --dry-run or --diff: exit with 10 if changes are pending'
complete -c provha -n "__fish_provha_using_subcommand dns" -l no-activate -d 'Write files, but restart no daemon and contact no host except the database'
complete -c provha -n "__fish_provha_using_subcommand dns" -l strict -d 'Refuse the run (exit 3) if there are findings'
complete -c provha -n "__fish_provha_using_subcommand dns" -l allow-empty-pools -d 'Allow this run to remove pools that have active leases'
complete -c provha -n "__fish_provha_using_subcommand dns" -l drain -d 'Let the leases of pools that shrank or are gone go on, but give no new ones there, until the last of them has ended'
complete -c provha -n "__fish_provha_using_subcommand dns" -l accept-older-database -d 'Make the database live although what is live was made of newer values'
complete -c provha -n "__fish_provha_using_subcommand dns" -l json -d 'Print the result as one JSON object on stdout'
complete -c provha -n "__fish_provha_using_subcommand dns" -s q -l quiet -d 'Print warnings and errors only'
complete -c provha -n "__fish_provha_using_subcommand dns" -s v -l verbose -d 'Print more details'
complete -c provha -n "__fish_provha_using_subcommand dns" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c provha -n "__fish_provha_using_subcommand time" -l env-dir -d 'Directory of the env files [default: /etc/nmsprime/env]' -r -F
complete -c provha -n "__fish_provha_using_subcommand time" -l root -d 'Directory used in place of /, like DESTDIR' -r -F
complete -c provha -n "__fish_provha_using_subcommand time" -l db -d 'Database: mysql://user@host[,host2][:port]/db, mysql:///db?socket=PATH or sqlite:PATH. Missing parts come from the DB_* keys' -r
complete -c provha -n "__fish_provha_using_subcommand time" -l role -d 'Role of this machine; overrides PROVHA__OWN_STATE' -r -f -a "master\t'Runs the GUI and writes the database; failover primary'
slave\t'Only reads the database; failover secondary'
standalone\t'One machine without a peer'"
complete -c provha -n "__fish_provha_using_subcommand time" -l lock-wait -d 'Wait up to this long for another run to end' -r
complete -c provha -n "__fish_provha_using_subcommand time" -l max-removed-percent -d 'Allow this run to remove up to this share of the live hosts' -r
complete -c provha -n "__fish_provha_using_subcommand time" -l max-quarantined-percent -d 'Allow this run to leave out up to this share of the rows' -r
complete -c provha -n "__fish_provha_using_subcommand time" -l allow -d 'Allow this run what the guard rails name, such as modems,leases' -r -f -a "all\t'Everything below'
hosts\t'Hosts of all kinds'
modems\t'Hosts of modems'
mtas\t'Hosts of telephone adapters'
endpoints\t'Hosts of endpoints'
blocked\t'Modems whose customer devices get no address any more'
cmts\t'CMTS'
pools\t'Pools that vanish or answer nobody any more'
routers\t'Pools whose router changes'
leases\t'Active leases that no range holds any more'
access-lists\t'Access lists of named and chrony that become empty'
names\t'Names of devices that are still there'
files\t'Boot files that are removed'
no-file\t'Devices that have no valid boot file'
network-access\t'Boot files whose NetworkAccess becomes 0'
flows\t'Boot files that lose flows or rates'
settings\t'Boot files that lose a configfile\'s settings'
key-file\t'Boot files that are signed with another secret'"
complete -c provha -n "__fish_provha_using_subcommand time" -l restart-hold -d 'Delay a restart of dhcpd up to this long while its failover peer does not serve [default: PROVHA__RESTART_HOLD]' -r
complete -c provha -n "__fish_provha_using_subcommand time" -l reason -d 'Why this is done: kept with the generation or the mute' -r
complete -c provha -n "__fish_provha_using_subcommand time" -l color -d 'Use colour' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set or TERM is dumb'
always\t'Always'
never\t'Never'"
complete -c provha -n "__fish_provha_using_subcommand time" -l dry-run -d 'Check everything and list what would change, but change nothing'
complete -c provha -n "__fish_provha_using_subcommand time" -l diff -d 'Like --dry-run, and show the changed lines'
complete -c provha -n "__fish_provha_using_subcommand time" -l exit-code -d 'With --dry-run or --diff: exit with 10 if changes are pending'
complete -c provha -n "__fish_provha_using_subcommand time" -l no-activate -d 'Write files, but restart no daemon and contact no host except the database'
complete -c provha -n "__fish_provha_using_subcommand time" -l strict -d 'Refuse the run (exit 3) if there are findings'
complete -c provha -n "__fish_provha_using_subcommand time" -l allow-empty-pools -d 'Allow this run to remove pools that have active leases'
complete -c provha -n "__fish_provha_using_subcommand time" -l drain -d 'Let the leases of pools that shrank or are gone go on, but give no new ones there, until the last of them has ended'
complete -c provha -n "__fish_provha_using_subcommand time" -l accept-older-database -d 'Make the database live although what is live was made of newer values'
complete -c provha -n "__fish_provha_using_subcommand time" -l json -d 'Print the result as one JSON object on stdout'
complete -c provha -n "__fish_provha_using_subcommand time" -s q -l quiet -d 'Print warnings and errors only'
complete -c provha -n "__fish_provha_using_subcommand time" -s v -l verbose -d 'Print more details'
complete -c provha -n "__fish_provha_using_subcommand time" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c provha -n "__fish_provha_using_subcommand configfile" -l id -d 'Only the device with this id; may be repeated' -r
complete -c provha -n "__fish_provha_using_subcommand configfile" -l device -d 'With --diff: show in full only the changes of the device with this id; may be repeated' -r
complete -c provha -n "__fish_provha_using_subcommand configfile" -l env-dir -d 'Directory of the env files [default: /etc/nmsprime/env]' -r -F
complete -c provha -n "__fish_provha_using_subcommand configfile" -l root -d 'Directory used in place of /, like DESTDIR' -r -F
complete -c provha -n "__fish_provha_using_subcommand configfile" -l db -d 'Database: mysql://user@host[,host2][:port]/db, mysql:///db?socket=PATH or sqlite:PATH. Missing parts come from the DB_* keys' -r
complete -c provha -n "__fish_provha_using_subcommand configfile" -l role -d 'Role of this machine; overrides PROVHA__OWN_STATE' -r -f -a "master\t'Runs the GUI and writes the database; failover primary'
slave\t'Only reads the database; failover secondary'
standalone\t'One machine without a peer'"
complete -c provha -n "__fish_provha_using_subcommand configfile" -l lock-wait -d 'Wait up to this long for another run to end' -r
complete -c provha -n "__fish_provha_using_subcommand configfile" -l max-removed-percent -d 'Allow this run to remove up to this share of the live hosts' -r
complete -c provha -n "__fish_provha_using_subcommand configfile" -l max-quarantined-percent -d 'Allow this run to leave out up to this share of the rows' -r
complete -c provha -n "__fish_provha_using_subcommand configfile" -l allow -d 'Allow this run what the guard rails name, such as modems,leases' -r -f -a "all\t'Everything below'
hosts\t'Hosts of all kinds'
modems\t'Hosts of modems'
mtas\t'Hosts of telephone adapters'
endpoints\t'Hosts of endpoints'
blocked\t'Modems whose customer devices get no address any more'
cmts\t'CMTS'
pools\t'Pools that vanish or answer nobody any more'
routers\t'Pools whose router changes'
leases\t'Active leases that no range holds any more'
access-lists\t'Access lists of named and chrony that become empty'
names\t'Names of devices that are still there'
files\t'Boot files that are removed'
no-file\t'Devices that have no valid boot file'
network-access\t'Boot files whose NetworkAccess becomes 0'
flows\t'Boot files that lose flows or rates'
settings\t'Boot files that lose a configfile\'s settings'
key-file\t'Boot files that are signed with another secret'"
complete -c provha -n "__fish_provha_using_subcommand configfile" -l restart-hold -d 'Delay a restart of dhcpd up to this long while its failover peer does not serve [default: PROVHA__RESTART_HOLD]' -r
complete -c provha -n "__fish_provha_using_subcommand configfile" -l reason -d 'Why this is done: kept with the generation or the mute' -r
complete -c provha -n "__fish_provha_using_subcommand configfile" -l color -d 'Use colour' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set or TERM is dumb'
always\t'Always'
never\t'Never'"
complete -c provha -n "__fish_provha_using_subcommand configfile" -l full -d 'Make every file, even if its input did not change'
complete -c provha -n "__fish_provha_using_subcommand configfile" -l dry-run -d 'Check everything and list what would change, but change nothing'
complete -c provha -n "__fish_provha_using_subcommand configfile" -l diff -d 'Like --dry-run, and show the changed lines'
complete -c provha -n "__fish_provha_using_subcommand configfile" -l exit-code -d 'With --dry-run or --diff: exit with 10 if changes are pending'
complete -c provha -n "__fish_provha_using_subcommand configfile" -l no-activate -d 'Write files, but restart no daemon and contact no host except the database'
complete -c provha -n "__fish_provha_using_subcommand configfile" -l strict -d 'Refuse the run (exit 3) if there are findings'
complete -c provha -n "__fish_provha_using_subcommand configfile" -l allow-empty-pools -d 'Allow this run to remove pools that have active leases'
complete -c provha -n "__fish_provha_using_subcommand configfile" -l drain -d 'Let the leases of pools that shrank or are gone go on, but give no new ones there, until the last of them has ended'
complete -c provha -n "__fish_provha_using_subcommand configfile" -l accept-older-database -d 'Make the database live although what is live was made of newer values'
complete -c provha -n "__fish_provha_using_subcommand configfile" -l json -d 'Print the result as one JSON object on stdout'
complete -c provha -n "__fish_provha_using_subcommand configfile" -s q -l quiet -d 'Print warnings and errors only'
complete -c provha -n "__fish_provha_using_subcommand configfile" -s v -l verbose -d 'Print more details'
complete -c provha -n "__fish_provha_using_subcommand configfile" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c provha -n "__fish_provha_using_subcommand rebuild" -l device -d 'With --diff: show in full only the changes of the device with this id; may be repeated' -r
complete -c provha -n "__fish_provha_using_subcommand rebuild" -l env-dir -d 'Directory of the env files [default: /etc/nmsprime/env]' -r -F
complete -c provha -n "__fish_provha_using_subcommand rebuild" -l root -d 'Directory used in place of /, like DESTDIR' -r -F
complete -c provha -n "__fish_provha_using_subcommand rebuild" -l db -d 'Database: mysql://user@host[,host2][:port]/db, mysql:///db?socket=PATH or sqlite:PATH. Missing parts come from the DB_* keys' -r
complete -c provha -n "__fish_provha_using_subcommand rebuild" -l role -d 'Role of this machine; overrides PROVHA__OWN_STATE' -r -f -a "master\t'Runs the GUI and writes the database; failover primary'
slave\t'Only reads the database; failover secondary'
standalone\t'One machine without a peer'"
complete -c provha -n "__fish_provha_using_subcommand rebuild" -l lock-wait -d 'Wait up to this long for another run to end' -r
complete -c provha -n "__fish_provha_using_subcommand rebuild" -l max-removed-percent -d 'Allow this run to remove up to this share of the live hosts' -r
complete -c provha -n "__fish_provha_using_subcommand rebuild" -l max-quarantined-percent -d 'Allow this run to leave out up to this share of the rows' -r
complete -c provha -n "__fish_provha_using_subcommand rebuild" -l allow -d 'Allow this run what the guard rails name, such as modems,leases' -r -f -a "all\t'Everything below'
hosts\t'Hosts of all kinds'
modems\t'Hosts of modems'
mtas\t'Hosts of telephone adapters'
endpoints\t'Hosts of endpoints'
blocked\t'Modems whose customer devices get no address any more'
cmts\t'CMTS'
pools\t'Pools that vanish or answer nobody any more'
routers\t'Pools whose router changes'
leases\t'Active leases that no range holds any more'
access-lists\t'Access lists of named and chrony that become empty'
names\t'Names of devices that are still there'
files\t'Boot files that are removed'
no-file\t'Devices that have no valid boot file'
network-access\t'Boot files whose NetworkAccess becomes 0'
flows\t'Boot files that lose flows or rates'
settings\t'Boot files that lose a configfile\'s settings'
key-file\t'Boot files that are signed with another secret'"
complete -c provha -n "__fish_provha_using_subcommand rebuild" -l restart-hold -d 'Delay a restart of dhcpd up to this long while its failover peer does not serve [default: PROVHA__RESTART_HOLD]' -r
complete -c provha -n "__fish_provha_using_subcommand rebuild" -l reason -d 'Why this is done: kept with the generation or the mute' -r
complete -c provha -n "__fish_provha_using_subcommand rebuild" -l color -d 'Use colour' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set or TERM is dumb'
always\t'Always'
never\t'Never'"
complete -c provha -n "__fish_provha_using_subcommand rebuild" -l force -d 'Make everything, even if its input did not change'
complete -c provha -n "__fish_provha_using_subcommand rebuild" -l dry-run -d 'Check everything and list what would change, but change nothing'
complete -c provha -n "__fish_provha_using_subcommand rebuild" -l diff -d 'Like --dry-run, and show the changed lines'
complete -c provha -n "__fish_provha_using_subcommand rebuild" -l exit-code -d 'With --dry-run or --diff: exit with 10 if changes are pending'
complete -c provha -n "__fish_provha_using_subcommand rebuild" -l no-activate -d 'Write files, but restart no daemon and contact no host except the database'
complete -c provha -n "__fish_provha_using_subcommand rebuild" -l strict -d 'Refuse the run (exit 3) if there are findings'
complete -c provha -n "__fish_provha_using_subcommand rebuild" -l allow-empty-pools -d 'Allow this run to remove pools that have active leases'
complete -c provha -n "__fish_provha_using_subcommand rebuild" -l drain -d 'Let the leases of pools that shrank or are gone go on, but give no new ones there, until the last of them has ended'
complete -c provha -n "__fish_provha_using_subcommand rebuild" -l accept-older-database -d 'Make the database live although what is live was made of newer values'
complete -c provha -n "__fish_provha_using_subcommand rebuild" -l json -d 'Print the result as one JSON object on stdout'
complete -c provha -n "__fish_provha_using_subcommand rebuild" -s q -l quiet -d 'Print warnings and errors only'
complete -c provha -n "__fish_provha_using_subcommand rebuild" -s v -l verbose -d 'Print more details'
complete -c provha -n "__fish_provha_using_subcommand rebuild" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c provha -n "__fish_provha_using_subcommand watch" -l env-dir -d 'Directory of the env files [default: /etc/nmsprime/env]' -r -F
complete -c provha -n "__fish_provha_using_subcommand watch" -l root -d 'Directory used in place of /, like DESTDIR' -r -F
complete -c provha -n "__fish_provha_using_subcommand watch" -l db -d 'Database: mysql://user@host[,host2][:port]/db, mysql:///db?socket=PATH or sqlite:PATH. Missing parts come from the DB_* keys' -r
complete -c provha -n "__fish_provha_using_subcommand watch" -l role -d 'Role of this machine; overrides PROVHA__OWN_STATE' -r -f -a "master\t'Runs the GUI and writes the database; failover primary'
slave\t'Only reads the database; failover secondary'
standalone\t'One machine without a peer'"
complete -c provha -n "__fish_provha_using_subcommand watch" -l lock-wait -d 'Wait up to this long for another run to end' -r
complete -c provha -n "__fish_provha_using_subcommand watch" -l max-removed-percent -d 'Allow this run to remove up to this share of the live hosts' -r
complete -c provha -n "__fish_provha_using_subcommand watch" -l max-quarantined-percent -d 'Allow this run to leave out up to this share of the rows' -r
complete -c provha -n "__fish_provha_using_subcommand watch" -l allow -d 'Allow this run what the guard rails name, such as modems,leases' -r -f -a "all\t'Everything below'
hosts\t'Hosts of all kinds'
modems\t'Hosts of modems'
mtas\t'Hosts of telephone adapters'
endpoints\t'Hosts of endpoints'
blocked\t'Modems whose customer devices get no address any more'
cmts\t'CMTS'
pools\t'Pools that vanish or answer nobody any more'
routers\t'Pools whose router changes'
leases\t'Active leases that no range holds any more'
access-lists\t'Access lists of named and chrony that become empty'
names\t'Names of devices that are still there'
files\t'Boot files that are removed'
no-file\t'Devices that have no valid boot file'
network-access\t'Boot files whose NetworkAccess becomes 0'
flows\t'Boot files that lose flows or rates'
settings\t'Boot files that lose a configfile\'s settings'
key-file\t'Boot files that are signed with another secret'"
complete -c provha -n "__fish_provha_using_subcommand watch" -l restart-hold -d 'Delay a restart of dhcpd up to this long while its failover peer does not serve [default: PROVHA__RESTART_HOLD]' -r
complete -c provha -n "__fish_provha_using_subcommand watch" -l reason -d 'Why this is done: kept with the generation or the mute' -r
complete -c provha -n "__fish_provha_using_subcommand watch" -l color -d 'Use colour' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set or TERM is dumb'
always\t'Always'
never\t'Never'"
complete -c provha -n "__fish_provha_using_subcommand watch" -l dry-run -d 'Check everything and list what would change, but change nothing'
complete -c provha -n "__fish_provha_using_subcommand watch" -l diff -d 'Like --dry-run, and show the changed lines'
complete -c provha -n "__fish_provha_using_subcommand watch" -l exit-code -d 'With --dry-run or --diff: exit with 10 if changes are pending'
complete -c provha -n "__fish_provha_using_subcommand watch" -l no-activate -d 'Write files, but restart no daemon and contact no host except the database'
complete -c provha -n "__fish_provha_using_subcommand watch" -l strict -d 'Refuse the run (exit 3) if there are findings'
complete -c provha -n "__fish_provha_using_subcommand watch" -l allow-empty-pools -d 'Allow this run to remove pools that have active leases'
complete -c provha -n "__fish_provha_using_subcommand watch" -l drain -d 'Let the leases of pools that shrank or are gone go on, but give no new ones there, until the last of them has ended'
complete -c provha -n "__fish_provha_using_subcommand watch" -l accept-older-database -d 'Make the database live although what is live was made of newer values'
complete -c provha -n "__fish_provha_using_subcommand watch" -l json -d 'Print the result as one JSON object on stdout'
complete -c provha -n "__fish_provha_using_subcommand watch" -s q -l quiet -d 'Print warnings and errors only'
complete -c provha -n "__fish_provha_using_subcommand watch" -s v -l verbose -d 'Print more details'
complete -c provha -n "__fish_provha_using_subcommand watch" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c provha -n "__fish_provha_using_subcommand adopt" -l env-dir -d 'Directory of the env files [default: /etc/nmsprime/env]' -r -F
complete -c provha -n "__fish_provha_using_subcommand adopt" -l root -d 'Directory used in place of /, like DESTDIR' -r -F
complete -c provha -n "__fish_provha_using_subcommand adopt" -l db -d 'Database: mysql://user@host[,host2][:port]/db, mysql:///db?socket=PATH or sqlite:PATH. Missing parts come from the DB_* keys' -r
complete -c provha -n "__fish_provha_using_subcommand adopt" -l role -d 'Role of this machine; overrides PROVHA__OWN_STATE' -r -f -a "master\t'Runs the GUI and writes the database; failover primary'
slave\t'Only reads the database; failover secondary'
standalone\t'One machine without a peer'"
complete -c provha -n "__fish_provha_using_subcommand adopt" -l lock-wait -d 'Wait up to this long for another run to end' -r
complete -c provha -n "__fish_provha_using_subcommand adopt" -l max-removed-percent -d 'Allow this run to remove up to this share of the live hosts' -r
complete -c provha -n "__fish_provha_using_subcommand adopt" -l max-quarantined-percent -d 'Allow this run to leave out up to this share of the rows' -r
complete -c provha -n "__fish_provha_using_subcommand adopt" -l allow -d 'Allow this run what the guard rails name, such as modems,leases' -r -f -a "all\t'Everything below'
hosts\t'Hosts of all kinds'
modems\t'Hosts of modems'
mtas\t'Hosts of telephone adapters'
endpoints\t'Hosts of endpoints'
blocked\t'Modems whose customer devices get no address any more'
cmts\t'CMTS'
pools\t'Pools that vanish or answer nobody any more'
routers\t'Pools whose router changes'
leases\t'Active leases that no range holds any more'
access-lists\t'Access lists of named and chrony that become empty'
names\t'Names of devices that are still there'
files\t'Boot files that are removed'
no-file\t'Devices that have no valid boot file'
network-access\t'Boot files whose NetworkAccess becomes 0'
flows\t'Boot files that lose flows or rates'
settings\t'Boot files that lose a configfile\'s settings'
key-file\t'Boot files that are signed with another secret'"
complete -c provha -n "__fish_provha_using_subcommand adopt" -l restart-hold -d 'Delay a restart of dhcpd up to this long while its failover peer does not serve [default: PROVHA__RESTART_HOLD]' -r
complete -c provha -n "__fish_provha_using_subcommand adopt" -l reason -d 'Why this is done: kept with the generation or the mute' -r
complete -c provha -n "__fish_provha_using_subcommand adopt" -l color -d 'Use colour' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set or TERM is dumb'
always\t'Always'
never\t'Never'"
complete -c provha -n "__fish_provha_using_subcommand adopt" -l dry-run -d 'Check everything and list what would change, but change nothing'
complete -c provha -n "__fish_provha_using_subcommand adopt" -l diff -d 'Like --dry-run, and show the changed lines'
complete -c provha -n "__fish_provha_using_subcommand adopt" -l exit-code -d 'With --dry-run or --diff: exit with 10 if changes are pending'
complete -c provha -n "__fish_provha_using_subcommand adopt" -l no-activate -d 'Write files, but restart no daemon and contact no host except the database'
complete -c provha -n "__fish_provha_using_subcommand adopt" -l strict -d 'Refuse the run (exit 3) if there are findings'
complete -c provha -n "__fish_provha_using_subcommand adopt" -l allow-empty-pools -d 'Allow this run to remove pools that have active leases'
complete -c provha -n "__fish_provha_using_subcommand adopt" -l drain -d 'Let the leases of pools that shrank or are gone go on, but give no new ones there, until the last of them has ended'
complete -c provha -n "__fish_provha_using_subcommand adopt" -l accept-older-database -d 'Make the database live although what is live was made of newer values'
complete -c provha -n "__fish_provha_using_subcommand adopt" -l json -d 'Print the result as one JSON object on stdout'
complete -c provha -n "__fish_provha_using_subcommand adopt" -s q -l quiet -d 'Print warnings and errors only'
complete -c provha -n "__fish_provha_using_subcommand adopt" -s v -l verbose -d 'Print more details'
complete -c provha -n "__fish_provha_using_subcommand adopt" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c provha -n "__fish_provha_using_subcommand status; and not __fish_seen_subcommand_from help mute unmute" -l format -d 'Output format [default: human]' -r -f -a "human\t'Root causes first, then one line per check, for people'
icinga\t'Monitoring plugin: Icinga, Nagios, Naemon'
prometheus\t'Prometheus text format'"
complete -c provha -n "__fish_provha_using_subcommand status; and not __fish_seen_subcommand_from help mute unmute" -l env-dir -d 'Directory of the env files [default: /etc/nmsprime/env]' -r -F
complete -c provha -n "__fish_provha_using_subcommand status; and not __fish_seen_subcommand_from help mute unmute" -l root -d 'Directory used in place of /, like DESTDIR' -r -F
complete -c provha -n "__fish_provha_using_subcommand status; and not __fish_seen_subcommand_from help mute unmute" -l db -d 'Database: mysql://user@host[,host2][:port]/db, mysql:///db?socket=PATH or sqlite:PATH. Missing parts come from the DB_* keys' -r
complete -c provha -n "__fish_provha_using_subcommand status; and not __fish_seen_subcommand_from help mute unmute" -l role -d 'Role of this machine; overrides PROVHA__OWN_STATE' -r -f -a "master\t'Runs the GUI and writes the database; failover primary'
slave\t'Only reads the database; failover secondary'
standalone\t'One machine without a peer'"
complete -c provha -n "__fish_provha_using_subcommand status; and not __fish_seen_subcommand_from help mute unmute" -l lock-wait -d 'Wait up to this long for another run to end' -r
complete -c provha -n "__fish_provha_using_subcommand status; and not __fish_seen_subcommand_from help mute unmute" -l max-removed-percent -d 'Allow this run to remove up to this share of the live hosts' -r
complete -c provha -n "__fish_provha_using_subcommand status; and not __fish_seen_subcommand_from help mute unmute" -l max-quarantined-percent -d 'Allow this run to leave out up to this share of the rows' -r
complete -c provha -n "__fish_provha_using_subcommand status; and not __fish_seen_subcommand_from help mute unmute" -l allow -d 'Allow this run what the guard rails name, such as modems,leases' -r -f -a "all\t'Everything below'
hosts\t'Hosts of all kinds'
modems\t'Hosts of modems'
mtas\t'Hosts of telephone adapters'
endpoints\t'Hosts of endpoints'
blocked\t'Modems whose customer devices get no address any more'
cmts\t'CMTS'
pools\t'Pools that vanish or answer nobody any more'
routers\t'Pools whose router changes'
leases\t'Active leases that no range holds any more'
access-lists\t'Access lists of named and chrony that become empty'
names\t'Names of devices that are still there'
files\t'Boot files that are removed'
no-file\t'Devices that have no valid boot file'
network-access\t'Boot files whose NetworkAccess becomes 0'
flows\t'Boot files that lose flows or rates'
settings\t'Boot files that lose a configfile\'s settings'
key-file\t'Boot files that are signed with another secret'"
complete -c provha -n "__fish_provha_using_subcommand status; and not __fish_seen_subcommand_from help mute unmute" -l restart-hold -d 'Delay a restart of dhcpd up to this long while its failover peer does not serve [default: PROVHA__RESTART_HOLD]' -r
complete -c provha -n "__fish_provha_using_subcommand status; and not __fish_seen_subcommand_from help mute unmute" -l reason -d 'Why this is done: kept with the generation or the mute' -r
complete -c provha -n "__fish_provha_using_subcommand status; and not __fish_seen_subcommand_from help mute unmute" -l color -d 'Use colour' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set or TERM is dumb'
always\t'Always'
never\t'Never'"
complete -c provha -n "__fish_provha_using_subcommand status; and not __fish_seen_subcommand_from help mute unmute" -l deep -d 'Decode every boot file as well; slow with many devices'
complete -c provha -n "__fish_provha_using_subcommand status; and not __fish_seen_subcommand_from help mute unmute" -l watch -d 'Redraw the whole screen every two seconds; q quits'
complete -c provha -n "__fish_provha_using_subcommand status; and not __fish_seen_subcommand_from help mute unmute" -l dry-run -d 'Check everything and list what would change, but change nothing'
complete -c provha -n "__fish_provha_using_subcommand status; and not __fish_seen_subcommand_from help mute unmute" -l diff -d 'Like --dry-run, and show the changed lines'
complete -c provha -n "__fish_provha_using_subcommand status; and not __fish_seen_subcommand_from help mute unmute" -l exit-code -d 'With --dry-run or --diff: exit with 10 if changes are pending'
complete -c provha -n "__fish_provha_using_subcommand status; and not __fish_seen_subcommand_from help mute unmute" -l no-activate -d 'Write files, but restart no daemon and contact no host except the database'
complete -c provha -n "__fish_provha_using_subcommand status; and not __fish_seen_subcommand_from help mute unmute" -l strict -d 'Refuse the run (exit 3) if there are findings'
complete -c provha -n "__fish_provha_using_subcommand status; and not __fish_seen_subcommand_from help mute unmute" -l allow-empty-pools -d 'Allow this run to remove pools that have active leases'
complete -c provha -n "__fish_provha_using_subcommand status; and not __fish_seen_subcommand_from help mute unmute" -l drain -d 'Let the leases of pools that shrank or are gone go on, but give no new ones there, until the last of them has ended'
complete -c provha -n "__fish_provha_using_subcommand status; and not __fish_seen_subcommand_from help mute unmute" -l accept-older-database -d 'Make the database live although what is live was made of newer values'
complete -c provha -n "__fish_provha_using_subcommand status; and not __fish_seen_subcommand_from help mute unmute" -l json -d 'Print the result as one JSON object on stdout'
complete -c provha -n "__fish_provha_using_subcommand status; and not __fish_seen_subcommand_from help mute unmute" -s q -l quiet -d 'Print warnings and errors only'
complete -c provha -n "__fish_provha_using_subcommand status; and not __fish_seen_subcommand_from help mute unmute" -s v -l verbose -d 'Print more details'
complete -c provha -n "__fish_provha_using_subcommand status; and not __fish_seen_subcommand_from help mute unmute" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c provha -n "__fish_provha_using_subcommand status; and not __fish_seen_subcommand_from help mute unmute" -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c provha -n "__fish_provha_using_subcommand status; and not __fish_seen_subcommand_from help mute unmute" -a "mute" -d 'Keep a finding from counting for a while'
complete -c provha -n "__fish_provha_using_subcommand status; and not __fish_seen_subcommand_from help mute unmute" -a "unmute" -d 'Let a finding count again'
complete -c provha -n "__fish_provha_using_subcommand status; and __fish_seen_subcommand_from help" -f -a "mute" -d 'Keep a finding from counting for a while'
complete -c provha -n "__fish_provha_using_subcommand status; and __fish_seen_subcommand_from help" -f -a "unmute" -d 'Let a finding count again'
complete -c provha -n "__fish_provha_using_subcommand status; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c provha -n "__fish_provha_using_subcommand status; and __fish_seen_subcommand_from mute" -l for -d 'For how long: a number with s, m, h or d; up to 30d' -r
complete -c provha -n "__fish_provha_using_subcommand status; and __fish_seen_subcommand_from mute" -l env-dir -d 'Directory of the env files [default: /etc/nmsprime/env]' -r -F
complete -c provha -n "__fish_provha_using_subcommand status; and __fish_seen_subcommand_from mute" -l root -d 'Directory used in place of /, like DESTDIR' -r -F
complete -c provha -n "__fish_provha_using_subcommand status; and __fish_seen_subcommand_from mute" -l db -d 'Database: mysql://user@host[,host2][:port]/db, mysql:///db?socket=PATH or sqlite:PATH. Missing parts come from the DB_* keys' -r
complete -c provha -n "__fish_provha_using_subcommand status; and __fish_seen_subcommand_from mute" -l role -d 'Role of this machine; overrides PROVHA__OWN_STATE' -r -f -a "master\t'Runs the GUI and writes the database; failover primary'
slave\t'Only reads the database; failover secondary'
standalone\t'One machine without a peer'"
complete -c provha -n "__fish_provha_using_subcommand status; and __fish_seen_subcommand_from mute" -l lock-wait -d 'Wait up to this long for another run to end' -r
complete -c provha -n "__fish_provha_using_subcommand status; and __fish_seen_subcommand_from mute" -l max-removed-percent -d 'Allow this run to remove up to this share of the live hosts' -r
complete -c provha -n "__fish_provha_using_subcommand status; and __fish_seen_subcommand_from mute" -l max-quarantined-percent -d 'Allow this run to leave out up to this share of the rows' -r
complete -c provha -n "__fish_provha_using_subcommand status; and __fish_seen_subcommand_from mute" -l allow -d 'Allow this run what the guard rails name, such as modems,leases' -r -f -a "all\t'Everything below'
hosts\t'Hosts of all kinds'
modems\t'Hosts of modems'
mtas\t'Hosts of telephone adapters'
endpoints\t'Hosts of endpoints'
blocked\t'Modems whose customer devices get no address any more'
cmts\t'CMTS'
pools\t'Pools that vanish or answer nobody any more'
routers\t'Pools whose router changes'
leases\t'Active leases that no range holds any more'
access-lists\t'Access lists of named and chrony that become empty'
names\t'Names of devices that are still there'
files\t'Boot files that are removed'
no-file\t'Devices that have no valid boot file'
network-access\t'Boot files whose NetworkAccess becomes 0'
flows\t'Boot files that lose flows or rates'
settings\t'Boot files that lose a configfile\'s settings'
key-file\t'Boot files that are signed with another secret'"
complete -c provha -n "__fish_provha_using_subcommand status; and __fish_seen_subcommand_from mute" -l restart-hold -d 'Delay a restart of dhcpd up to this long while its failover peer does not serve [default: PROVHA__RESTART_HOLD]' -r
complete -c provha -n "__fish_provha_using_subcommand status; and __fish_seen_subcommand_from mute" -l reason -d 'Why this is done: kept with the generation or the mute' -r
complete -c provha -n "__fish_provha_using_subcommand status; and __fish_seen_subcommand_from mute" -l color -d 'Use colour' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set or TERM is dumb'
always\t'Always'
never\t'Never'"
complete -c provha -n "__fish_provha_using_subcommand status; and __fish_seen_subcommand_from mute" -l dry-run -d 'Check everything and list what would change, but change nothing'
complete -c provha -n "__fish_provha_using_subcommand status; and __fish_seen_subcommand_from mute" -l diff -d 'Like --dry-run, and show the changed lines'
complete -c provha -n "__fish_provha_using_subcommand status; and __fish_seen_subcommand_from mute" -l exit-code -d 'With --dry-run or --diff: exit with 10 if changes are pending'
complete -c provha -n "__fish_provha_using_subcommand status; and __fish_seen_subcommand_from mute" -l no-activate -d 'Write files, but restart no daemon and contact no host except the database'
complete -c provha -n "__fish_provha_using_subcommand status; and __fish_seen_subcommand_from mute" -l strict -d 'Refuse the run (exit 3) if there are findings'
complete -c provha -n "__fish_provha_using_subcommand status; and __fish_seen_subcommand_from mute" -l allow-empty-pools -d 'Allow this run to remove pools that have active leases'
complete -c provha -n "__fish_provha_using_subcommand status; and __fish_seen_subcommand_from mute" -l drain -d 'Let the leases of pools that shrank or are gone go on, but give no new ones there, until the last of them has ended'
complete -c provha -n "__fish_provha_using_subcommand status; and __fish_seen_subcommand_from mute" -l accept-older-database -d 'Make the database live although what is live was made of newer values'
complete -c provha -n "__fish_provha_using_subcommand status; and __fish_seen_subcommand_from mute" -l json -d 'Print the result as one JSON object on stdout'
complete -c provha -n "__fish_provha_using_subcommand status; and __fish_seen_subcommand_from mute" -s q -l quiet -d 'Print warnings and errors only'
complete -c provha -n "__fish_provha_using_subcommand status; and __fish_seen_subcommand_from mute" -s v -l verbose -d 'Print more details'
complete -c provha -n "__fish_provha_using_subcommand status; and __fish_seen_subcommand_from mute" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c provha -n "__fish_provha_using_subcommand status; and __fish_seen_subcommand_from unmute" -l env-dir -d 'Directory of the env files [default: /etc/nmsprime/env]' -r -F
complete -c provha -n "__fish_provha_using_subcommand status; and __fish_seen_subcommand_from unmute" -l root -d 'Directory used in place of /, like DESTDIR' -r -F
complete -c provha -n "__fish_provha_using_subcommand status; and __fish_seen_subcommand_from unmute" -l db -d 'Database: mysql://user@host[,host2][:port]/db, mysql:///db?socket=PATH or sqlite:PATH. Missing parts come from the DB_* keys' -r
complete -c provha -n "__fish_provha_using_subcommand status; and __fish_seen_subcommand_from unmute" -l role -d 'Role of this machine; overrides PROVHA__OWN_STATE' -r -f -a "master\t'Runs the GUI and writes the database; failover primary'
slave\t'Only reads the database; failover secondary'
standalone\t'One machine without a peer'"
complete -c provha -n "__fish_provha_using_subcommand status; and __fish_seen_subcommand_from unmute" -l lock-wait -d 'Wait up to this long for another run to end' -r
complete -c provha -n "__fish_provha_using_subcommand status; and __fish_seen_subcommand_from unmute" -l max-removed-percent -d 'Allow this run to remove up to this share of the live hosts' -r
complete -c provha -n "__fish_provha_using_subcommand status; and __fish_seen_subcommand_from unmute" -l max-quarantined-percent -d 'Allow this run to leave out up to this share of the rows' -r
complete -c provha -n "__fish_provha_using_subcommand status; and __fish_seen_subcommand_from unmute" -l allow -d 'Allow this run what the guard rails name, such as modems,leases' -r -f -a "all\t'Everything below'
hosts\t'Hosts of all kinds'
modems\t'Hosts of modems'
mtas\t'Hosts of telephone adapters'
endpoints\t'Hosts of endpoints'
blocked\t'Modems whose customer devices get no address any more'
cmts\t'CMTS'
pools\t'Pools that vanish or answer nobody any more'
routers\t'Pools whose router changes'
leases\t'Active leases that no range holds any more'
access-lists\t'Access lists of named and chrony that become empty'
names\t'Names of devices that are still there'
files\t'Boot files that are removed'
no-file\t'Devices that have no valid boot file'
network-access\t'Boot files whose NetworkAccess becomes 0'
flows\t'Boot files that lose flows or rates'
settings\t'Boot files that lose a configfile\'s settings'
key-file\t'Boot files that are signed with another secret'"
complete -c provha -n "__fish_provha_using_subcommand status; and __fish_seen_subcommand_from unmute" -l restart-hold -d 'Delay a restart of dhcpd up to this long while its failover peer does not serve [default: PROVHA__RESTART_HOLD]' -r
complete -c provha -n "__fish_provha_using_subcommand status; and __fish_seen_subcommand_from unmute" -l reason -d 'Why this is done: kept with the generation or the mute' -r
complete -c provha -n "__fish_provha_using_subcommand status; and __fish_seen_subcommand_from unmute" -l color -d 'Use colour' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set or TERM is dumb'
always\t'Always'
never\t'Never'"
complete -c provha -n "__fish_provha_using_subcommand status; and __fish_seen_subcommand_from unmute" -l dry-run -d 'Check everything and list what would change, but change nothing'
complete -c provha -n "__fish_provha_using_subcommand status; and __fish_seen_subcommand_from unmute" -l diff -d 'Like --dry-run, and show the changed lines'
complete -c provha -n "__fish_provha_using_subcommand status; and __fish_seen_subcommand_from unmute" -l exit-code -d 'With --dry-run or --diff: exit with 10 if changes are pending'
complete -c provha -n "__fish_provha_using_subcommand status; and __fish_seen_subcommand_from unmute" -l no-activate -d 'Write files, but restart no daemon and contact no host except the database'
complete -c provha -n "__fish_provha_using_subcommand status; and __fish_seen_subcommand_from unmute" -l strict -d 'Refuse the run (exit 3) if there are findings'
complete -c provha -n "__fish_provha_using_subcommand status; and __fish_seen_subcommand_from unmute" -l allow-empty-pools -d 'Allow this run to remove pools that have active leases'
complete -c provha -n "__fish_provha_using_subcommand status; and __fish_seen_subcommand_from unmute" -l drain -d 'Let the leases of pools that shrank or are gone go on, but give no new ones there, until the last of them has ended'
complete -c provha -n "__fish_provha_using_subcommand status; and __fish_seen_subcommand_from unmute" -l accept-older-database -d 'Make the database live although what is live was made of newer values'
complete -c provha -n "__fish_provha_using_subcommand status; and __fish_seen_subcommand_from unmute" -l json -d 'Print the result as one JSON object on stdout'
complete -c provha -n "__fish_provha_using_subcommand status; and __fish_seen_subcommand_from unmute" -s q -l quiet -d 'Print warnings and errors only'
complete -c provha -n "__fish_provha_using_subcommand status; and __fish_seen_subcommand_from unmute" -s v -l verbose -d 'Print more details'
complete -c provha -n "__fish_provha_using_subcommand status; and __fish_seen_subcommand_from unmute" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c provha -n "__fish_provha_using_subcommand explain" -l env-dir -d 'Directory of the env files [default: /etc/nmsprime/env]' -r -F
complete -c provha -n "__fish_provha_using_subcommand explain" -l root -d 'Directory used in place of /, like DESTDIR' -r -F
complete -c provha -n "__fish_provha_using_subcommand explain" -l db -d 'Database: mysql://user@host[,host2][:port]/db, mysql:///db?socket=PATH or sqlite:PATH. Missing parts come from the DB_* keys' -r
complete -c provha -n "__fish_provha_using_subcommand explain" -l role -d 'Role of this machine; overrides PROVHA__OWN_STATE' -r -f -a "master\t'Runs the GUI and writes the database; failover primary'
slave\t'Only reads the database; failover secondary'
standalone\t'One machine without a peer'"
complete -c provha -n "__fish_provha_using_subcommand explain" -l lock-wait -d 'Wait up to this long for another run to end' -r
complete -c provha -n "__fish_provha_using_subcommand explain" -l max-removed-percent -d 'Allow this run to remove up to this share of the live hosts' -r
complete -c provha -n "__fish_provha_using_subcommand explain" -l max-quarantined-percent -d 'Allow this run to leave out up to this share of the rows' -r
complete -c provha -n "__fish_provha_using_subcommand explain" -l allow -d 'Allow this run what the guard rails name, such as modems,leases' -r -f -a "all\t'Everything below'
hosts\t'Hosts of all kinds'
modems\t'Hosts of modems'
mtas\t'Hosts of telephone adapters'
endpoints\t'Hosts of endpoints'
blocked\t'Modems whose customer devices get no address any more'
cmts\t'CMTS'
pools\t'Pools that vanish or answer nobody any more'
routers\t'Pools whose router changes'
leases\t'Active leases that no range holds any more'
access-lists\t'Access lists of named and chrony that become empty'
names\t'Names of devices that are still there'
files\t'Boot files that are removed'
no-file\t'Devices that have no valid boot file'
network-access\t'Boot files whose NetworkAccess becomes 0'
flows\t'Boot files that lose flows or rates'
settings\t'Boot files that lose a configfile\'s settings'
key-file\t'Boot files that are signed with another secret'"
complete -c provha -n "__fish_provha_using_subcommand explain" -l restart-hold -d 'Delay a restart of dhcpd up to this long while its failover peer does not serve [default: PROVHA__RESTART_HOLD]' -r
complete -c provha -n "__fish_provha_using_subcommand explain" -l reason -d 'Why this is done: kept with the generation or the mute' -r
complete -c provha -n "__fish_provha_using_subcommand explain" -l color -d 'Use colour' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set or TERM is dumb'
always\t'Always'
never\t'Never'"
complete -c provha -n "__fish_provha_using_subcommand explain" -l dry-run -d 'Check everything and list what would change, but change nothing'
complete -c provha -n "__fish_provha_using_subcommand explain" -l diff -d 'Like --dry-run, and show the changed lines'
complete -c provha -n "__fish_provha_using_subcommand explain" -l exit-code -d 'With --dry-run or --diff: exit with 10 if changes are pending'
complete -c provha -n "__fish_provha_using_subcommand explain" -l no-activate -d 'Write files, but restart no daemon and contact no host except the database'
complete -c provha -n "__fish_provha_using_subcommand explain" -l strict -d 'Refuse the run (exit 3) if there are findings'
complete -c provha -n "__fish_provha_using_subcommand explain" -l allow-empty-pools -d 'Allow this run to remove pools that have active leases'
complete -c provha -n "__fish_provha_using_subcommand explain" -l drain -d 'Let the leases of pools that shrank or are gone go on, but give no new ones there, until the last of them has ended'
complete -c provha -n "__fish_provha_using_subcommand explain" -l accept-older-database -d 'Make the database live although what is live was made of newer values'
complete -c provha -n "__fish_provha_using_subcommand explain" -l json -d 'Print the result as one JSON object on stdout'
complete -c provha -n "__fish_provha_using_subcommand explain" -s q -l quiet -d 'Print warnings and errors only'
complete -c provha -n "__fish_provha_using_subcommand explain" -s v -l verbose -d 'Print more details'
complete -c provha -n "__fish_provha_using_subcommand explain" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c provha -n "__fish_provha_using_subcommand failover; and not __fish_seen_subcommand_from help state partner-down wait" -l env-dir -d 'Directory of the env files [default: /etc/nmsprime/env]' -r -F
complete -c provha -n "__fish_provha_using_subcommand failover; and not __fish_seen_subcommand_from help state partner-down wait" -l root -d 'Directory used in place of /, like DESTDIR' -r -F
complete -c provha -n "__fish_provha_using_subcommand failover; and not __fish_seen_subcommand_from help state partner-down wait" -l db -d 'Database: mysql://user@host[,host2][:port]/db, mysql:///db?socket=PATH or sqlite:PATH. Missing parts come from the DB_* keys' -r
complete -c provha -n "__fish_provha_using_subcommand failover; and not __fish_seen_subcommand_from help state partner-down wait" -l role -d 'Role of this machine; overrides PROVHA__OWN_STATE' -r -f -a "master\t'Runs the GUI and writes the database; failover primary'
slave\t'Only reads the database; failover secondary'
standalone\t'One machine without a peer'"
complete -c provha -n "__fish_provha_using_subcommand failover; and not __fish_seen_subcommand_from help state partner-down wait" -l lock-wait -d 'Wait up to this long for another run to end' -r
complete -c provha -n "__fish_provha_using_subcommand failover; and not __fish_seen_subcommand_from help state partner-down wait" -l max-removed-percent -d 'Allow this run to remove up to this share of the live hosts' -r
complete -c provha -n "__fish_provha_using_subcommand failover; and not __fish_seen_subcommand_from help state partner-down wait" -l max-quarantined-percent -d 'Allow this run to leave out up to this share of the rows' -r
complete -c provha -n "__fish_provha_using_subcommand failover; and not __fish_seen_subcommand_from help state partner-down wait" -l allow -d 'Allow this run what the guard rails name, such as modems,leases' -r -f -a "all\t'Everything below'
hosts\t'Hosts of all kinds'
modems\t'Hosts of modems'
mtas\t'Hosts of telephone adapters'
endpoints\t'Hosts of endpoints'
blocked\t'Modems whose customer devices get no address any more'
cmts\t'CMTS'
pools\t'Pools that vanish or answer nobody any more'
routers\t'Pools whose router changes'
leases\t'Active leases that no range holds any more'
access-lists\t'Access lists of named and chrony that become empty'
names\t'Names of devices that are still there'
files\t'Boot files that are removed'
no-file\t'Devices that have no valid boot file'
network-access\t'Boot files whose NetworkAccess becomes 0'
flows\t'Boot files that lose flows or rates'
settings\t'Boot files that lose a configfile\'s settings'
key-file\t'Boot files that are signed with another secret'"
complete -c provha -n "__fish_provha_using_subcommand failover; and not __fish_seen_subcommand_from help state partner-down wait" -l restart-hold -d 'Delay a restart of dhcpd up to this long while its failover peer does not serve [default: PROVHA__RESTART_HOLD]' -r
complete -c provha -n "__fish_provha_using_subcommand failover; and not __fish_seen_subcommand_from help state partner-down wait" -l reason -d 'Why this is done: kept with the generation or the mute' -r
complete -c provha -n "__fish_provha_using_subcommand failover; and not __fish_seen_subcommand_from help state partner-down wait" -l color -d 'Use colour' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set or TERM is dumb'
always\t'Always'
never\t'Never'"
complete -c provha -n "__fish_provha_using_subcommand failover; and not __fish_seen_subcommand_from help state partner-down wait" -l dry-run -d 'Check everything and list what would change, but change nothing'
complete -c provha -n "__fish_provha_using_subcommand failover; and not __fish_seen_subcommand_from help state partner-down wait" -l diff -d 'Like --dry-run, and show the changed lines'
complete -c provha -n "__fish_provha_using_subcommand failover; and not __fish_seen_subcommand_from help state partner-down wait" -l exit-code -d 'With --dry-run or --diff: exit with 10 if changes are pending'
complete -c provha -n "__fish_provha_using_subcommand failover; and not __fish_seen_subcommand_from help state partner-down wait" -l no-activate -d 'Write files, but restart no daemon and contact no host except the database'
complete -c provha -n "__fish_provha_using_subcommand failover; and not __fish_seen_subcommand_from help state partner-down wait" -l strict -d 'Refuse the run (exit 3) if there are findings'
complete -c provha -n "__fish_provha_using_subcommand failover; and not __fish_seen_subcommand_from help state partner-down wait" -l allow-empty-pools -d 'Allow this run to remove pools that have active leases'
complete -c provha -n "__fish_provha_using_subcommand failover; and not __fish_seen_subcommand_from help state partner-down wait" -l drain -d 'Let the leases of pools that shrank or are gone go on, but give no new ones there, until the last of them has ended'
complete -c provha -n "__fish_provha_using_subcommand failover; and not __fish_seen_subcommand_from help state partner-down wait" -l accept-older-database -d 'Make the database live although what is live was made of newer values'
complete -c provha -n "__fish_provha_using_subcommand failover; and not __fish_seen_subcommand_from help state partner-down wait" -l json -d 'Print the result as one JSON object on stdout'
complete -c provha -n "__fish_provha_using_subcommand failover; and not __fish_seen_subcommand_from help state partner-down wait" -s q -l quiet -d 'Print warnings and errors only'
complete -c provha -n "__fish_provha_using_subcommand failover; and not __fish_seen_subcommand_from help state partner-down wait" -s v -l verbose -d 'Print more details'
complete -c provha -n "__fish_provha_using_subcommand failover; and not __fish_seen_subcommand_from help state partner-down wait" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c provha -n "__fish_provha_using_subcommand failover; and not __fish_seen_subcommand_from help state partner-down wait" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c provha -n "__fish_provha_using_subcommand failover; and not __fish_seen_subcommand_from help state partner-down wait" -f -a "state" -d 'Show the state of both nodes'
complete -c provha -n "__fish_provha_using_subcommand failover; and not __fish_seen_subcommand_from help state partner-down wait" -f -a "partner-down" -d 'Let this node serve alone after the peer was proved dead'
complete -c provha -n "__fish_provha_using_subcommand failover; and not __fish_seen_subcommand_from help state partner-down wait" -f -a "wait" -d 'Wait until this node is in a state; \'normal\' means both nodes'
complete -c provha -n "__fish_provha_using_subcommand failover; and __fish_seen_subcommand_from help" -f -a "state" -d 'Show the state of both nodes'
complete -c provha -n "__fish_provha_using_subcommand failover; and __fish_seen_subcommand_from help" -f -a "partner-down" -d 'Let this node serve alone after the peer was proved dead'
complete -c provha -n "__fish_provha_using_subcommand failover; and __fish_seen_subcommand_from help" -f -a "wait" -d 'Wait until this node is in a state; \'normal\' means both nodes'
complete -c provha -n "__fish_provha_using_subcommand failover; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c provha -n "__fish_provha_using_subcommand failover; and __fish_seen_subcommand_from state" -l env-dir -d 'Directory of the env files [default: /etc/nmsprime/env]' -r -F
complete -c provha -n "__fish_provha_using_subcommand failover; and __fish_seen_subcommand_from state" -l root -d 'Directory used in place of /, like DESTDIR' -r -F
complete -c provha -n "__fish_provha_using_subcommand failover; and __fish_seen_subcommand_from state" -l db -d 'Database: mysql://user@host[,host2][:port]/db, mysql:///db?socket=PATH or sqlite:PATH. Missing parts come from the DB_* keys' -r
complete -c provha -n "__fish_provha_using_subcommand failover; and __fish_seen_subcommand_from state" -l role -d 'Role of this machine; overrides PROVHA__OWN_STATE' -r -f -a "master\t'Runs the GUI and writes the database; failover primary'
slave\t'Only reads the database; failover secondary'
standalone\t'One machine without a peer'"
complete -c provha -n "__fish_provha_using_subcommand failover; and __fish_seen_subcommand_from state" -l lock-wait -d 'Wait up to this long for another run to end' -r
complete -c provha -n "__fish_provha_using_subcommand failover; and __fish_seen_subcommand_from state" -l max-removed-percent -d 'Allow this run to remove up to this share of the live hosts' -r
complete -c provha -n "__fish_provha_using_subcommand failover; and __fish_seen_subcommand_from state" -l max-quarantined-percent -d 'Allow this run to leave out up to this share of the rows' -r
complete -c provha -n "__fish_provha_using_subcommand failover; and __fish_seen_subcommand_from state" -l allow -d 'Allow this run what the guard rails name, such as modems,leases' -r -f -a "all\t'Everything below'
hosts\t'Hosts of all kinds'
modems\t'Hosts of modems'
mtas\t'Hosts of telephone adapters'
endpoints\t'Hosts of endpoints'
blocked\t'Modems whose customer devices get no address any more'
cmts\t'CMTS'
pools\t'Pools that vanish or answer nobody any more'
routers\t'Pools whose router changes'
leases\t'Active leases that no range holds any more'
access-lists\t'Access lists of named and chrony that become empty'
names\t'Names of devices that are still there'
files\t'Boot files that are removed'
no-file\t'Devices that have no valid boot file'
network-access\t'Boot files whose NetworkAccess becomes 0'
flows\t'Boot files that lose flows or rates'
settings\t'Boot files that lose a configfile\'s settings'
key-file\t'Boot files that are signed with another secret'"
complete -c provha -n "__fish_provha_using_subcommand failover; and __fish_seen_subcommand_from state" -l restart-hold -d 'Delay a restart of dhcpd up to this long while its failover peer does not serve [default: PROVHA__RESTART_HOLD]' -r
complete -c provha -n "__fish_provha_using_subcommand failover; and __fish_seen_subcommand_from state" -l reason -d 'Why this is done: kept with the generation or the mute' -r
complete -c provha -n "__fish_provha_using_subcommand failover; and __fish_seen_subcommand_from state" -l color -d 'Use colour' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set or TERM is dumb'
always\t'Always'
never\t'Never'"
complete -c provha -n "__fish_provha_using_subcommand failover; and __fish_seen_subcommand_from state" -l dry-run -d 'Check everything and list what would change, but change nothing'
complete -c provha -n "__fish_provha_using_subcommand failover; and __fish_seen_subcommand_from state" -l diff -d 'Like --dry-run, and show the changed lines'
complete -c provha -n "__fish_provha_using_subcommand failover; and __fish_seen_subcommand_from state" -l exit-code -d 'With --dry-run or --diff: exit with 10 if changes are pending'
complete -c provha -n "__fish_provha_using_subcommand failover; and __fish_seen_subcommand_from state" -l no-activate -d 'Write files, but restart no daemon and contact no host except the database'
complete -c provha -n "__fish_provha_using_subcommand failover; and __fish_seen_subcommand_from state" -l strict -d 'Refuse the run (exit 3) if there are findings'
complete -c provha -n "__fish_provha_using_subcommand failover; and __fish_seen_subcommand_from state" -l allow-empty-pools -d 'Allow this run to remove pools that have active leases'
complete -c provha -n "__fish_provha_using_subcommand failover; and __fish_seen_subcommand_from state" -l drain -d 'Let the leases of pools that shrank or are gone go on, but give no new ones there, until the last of them has ended'
complete -c provha -n "__fish_provha_using_subcommand failover; and __fish_seen_subcommand_from state" -l accept-older-database -d 'Make the database live although what is live was made of newer values'
complete -c provha -n "__fish_provha_using_subcommand failover; and __fish_seen_subcommand_from state" -l json -d 'Print the result as one JSON object on stdout'
complete -c provha -n "__fish_provha_using_subcommand failover; and __fish_seen_subcommand_from state" -s q -l quiet -d 'Print warnings and errors only'
complete -c provha -n "__fish_provha_using_subcommand failover; and __fish_seen_subcommand_from state" -s v -l verbose -d 'Print more details'
complete -c provha -n "__fish_provha_using_subcommand failover; and __fish_seen_subcommand_from state" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c provha -n "__fish_provha_using_subcommand failover; and __fish_seen_subcommand_from partner-down" -l env-dir -d 'Directory of the env files [default: /etc/nmsprime/env]' -r -F
complete -c provha -n "__fish_provha_using_subcommand failover; and __fish_seen_subcommand_from partner-down" -l root -d 'Directory used in place of /, like DESTDIR' -r -F
complete -c provha -n "__fish_provha_using_subcommand failover; and __fish_seen_subcommand_from partner-down" -l db -d 'Database: mysql://user@host[,host2][:port]/db, mysql:///db?socket=PATH or sqlite:PATH. Missing parts come from the DB_* keys' -r
complete -c provha -n "__fish_provha_using_subcommand failover; and __fish_seen_subcommand_from partner-down" -l role -d 'Role of this machine; overrides PROVHA__OWN_STATE' -r -f -a "master\t'Runs the GUI and writes the database; failover primary'
slave\t'Only reads the database; failover secondary'
standalone\t'One machine without a peer'"
complete -c provha -n "__fish_provha_using_subcommand failover; and __fish_seen_subcommand_from partner-down" -l lock-wait -d 'Wait up to this long for another run to end' -r
complete -c provha -n "__fish_provha_using_subcommand failover; and __fish_seen_subcommand_from partner-down" -l max-removed-percent -d 'Allow this run to remove up to this share of the live hosts' -r
complete -c provha -n "__fish_provha_using_subcommand failover; and __fish_seen_subcommand_from partner-down" -l max-quarantined-percent -d 'Allow this run to leave out up to this share of the rows' -r
complete -c provha -n "__fish_provha_using_subcommand failover; and __fish_seen_subcommand_from partner-down" -l allow -d 'Allow this run what the guard rails name, such as modems,leases' -r -f -a "all\t'Everything below'
hosts\t'Hosts of all kinds'
modems\t'Hosts of modems'
mtas\t'Hosts of telephone adapters'
endpoints\t'Hosts of endpoints'
blocked\t'Modems whose customer devices get no address any more'
cmts\t'CMTS'
pools\t'Pools that vanish or answer nobody any more'
routers\t'Pools whose router changes'
leases\t'Active leases that no range holds any more'
access-lists\t'Access lists of named and chrony that become empty'
names\t'Names of devices that are still there'
files\t'Boot files that are removed'
no-file\t'Devices that have no valid boot file'
network-access\t'Boot files whose NetworkAccess becomes 0'
flows\t'Boot files that lose flows or rates'
settings\t'Boot files that lose a configfile\'s settings'
key-file\t'Boot files that are signed with another secret'"
complete -c provha -n "__fish_provha_using_subcommand failover; and __fish_seen_subcommand_from partner-down" -l restart-hold -d 'Delay a restart of dhcpd up to this long while its failover peer does not serve [default: PROVHA__RESTART_HOLD]' -r
complete -c provha -n "__fish_provha_using_subcommand failover; and __fish_seen_subcommand_from partner-down" -l reason -d 'Why this is done: kept with the generation or the mute' -r
complete -c provha -n "__fish_provha_using_subcommand failover; and __fish_seen_subcommand_from partner-down" -l color -d 'Use colour' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set or TERM is dumb'
always\t'Always'
never\t'Never'"
complete -c provha -n "__fish_provha_using_subcommand failover; and __fish_seen_subcommand_from partner-down" -l yes -d 'Confirm that the peer is off and stays off'
complete -c provha -n "__fish_provha_using_subcommand failover; and __fish_seen_subcommand_from partner-down" -l dry-run -d 'Check everything and list what would change, but change nothing'
complete -c provha -n "__fish_provha_using_subcommand failover; and __fish_seen_subcommand_from partner-down" -l diff -d 'Like --dry-run, and show the changed lines'
complete -c provha -n "__fish_provha_using_subcommand failover; and __fish_seen_subcommand_from partner-down" -l exit-code -d 'With --dry-run or --diff: exit with 10 if changes are pending'
complete -c provha -n "__fish_provha_using_subcommand failover; and __fish_seen_subcommand_from partner-down" -l no-activate -d 'Write files, but restart no daemon and contact no host except the database'
complete -c provha -n "__fish_provha_using_subcommand failover; and __fish_seen_subcommand_from partner-down" -l strict -d 'Refuse the run (exit 3) if there are findings'
complete -c provha -n "__fish_provha_using_subcommand failover; and __fish_seen_subcommand_from partner-down" -l allow-empty-pools -d 'Allow this run to remove pools that have active leases'
complete -c provha -n "__fish_provha_using_subcommand failover; and __fish_seen_subcommand_from partner-down" -l drain -d 'Let the leases of pools that shrank or are gone go on, but give no new ones there, until the last of them has ended'
complete -c provha -n "__fish_provha_using_subcommand failover; and __fish_seen_subcommand_from partner-down" -l accept-older-database -d 'Make the database live although what is live was made of newer values'
complete -c provha -n "__fish_provha_using_subcommand failover; and __fish_seen_subcommand_from partner-down" -l json -d 'Print the result as one JSON object on stdout'
complete -c provha -n "__fish_provha_using_subcommand failover; and __fish_seen_subcommand_from partner-down" -s q -l quiet -d 'Print warnings and errors only'
complete -c provha -n "__fish_provha_using_subcommand failover; and __fish_seen_subcommand_from partner-down" -s v -l verbose -d 'Print more details'
complete -c provha -n "__fish_provha_using_subcommand failover; and __fish_seen_subcommand_from partner-down" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c provha -n "__fish_provha_using_subcommand failover; and __fish_seen_subcommand_from wait" -l timeout -d 'Give up after this long (exit 1)' -r
complete -c provha -n "__fish_provha_using_subcommand failover; and __fish_seen_subcommand_from wait" -l env-dir -d 'Directory of the env files [default: /etc/nmsprime/env]' -r -F
complete -c provha -n "__fish_provha_using_subcommand failover; and __fish_seen_subcommand_from wait" -l root -d 'Directory used in place of /, like DESTDIR' -r -F
complete -c provha -n "__fish_provha_using_subcommand failover; and __fish_seen_subcommand_from wait" -l db -d 'Database: mysql://user@host[,host2][:port]/db, mysql:///db?socket=PATH or sqlite:PATH. Missing parts come from the DB_* keys' -r
complete -c provha -n "__fish_provha_using_subcommand failover; and __fish_seen_subcommand_from wait" -l role -d 'Role of this machine; overrides PROVHA__OWN_STATE' -r -f -a "master\t'Runs the GUI and writes the database; failover primary'
slave\t'Only reads the database; failover secondary'
standalone\t'One machine without a peer'"
complete -c provha -n "__fish_provha_using_subcommand failover; and __fish_seen_subcommand_from wait" -l lock-wait -d 'Wait up to this long for another run to end' -r
complete -c provha -n "__fish_provha_using_subcommand failover; and __fish_seen_subcommand_from wait" -l max-removed-percent -d 'Allow this run to remove up to this share of the live hosts' -r
complete -c provha -n "__fish_provha_using_subcommand failover; and __fish_seen_subcommand_from wait" -l max-quarantined-percent -d 'Allow this run to leave out up to this share of the rows' -r
complete -c provha -n "__fish_provha_using_subcommand failover; and __fish_seen_subcommand_from wait" -l allow -d 'Allow this run what the guard rails name, such as modems,leases' -r -f -a "all\t'Everything below'
hosts\t'Hosts of all kinds'
modems\t'Hosts of modems'
mtas\t'Hosts of telephone adapters'
endpoints\t'Hosts of endpoints'
blocked\t'Modems whose customer devices get no address any more'
cmts\t'CMTS'
pools\t'Pools that vanish or answer nobody any more'
routers\t'Pools whose router changes'
leases\t'Active leases that no range holds any more'
access-lists\t'Access lists of named and chrony that become empty'
names\t'Names of devices that are still there'
files\t'Boot files that are removed'
no-file\t'Devices that have no valid boot file'
network-access\t'Boot files whose NetworkAccess becomes 0'
flows\t'Boot files that lose flows or rates'
settings\t'Boot files that lose a configfile\'s settings'
key-file\t'Boot files that are signed with another secret'"
complete -c provha -n "__fish_provha_using_subcommand failover; and __fish_seen_subcommand_from wait" -l restart-hold -d 'Delay a restart of dhcpd up to this long while its failover peer does not serve [default: PROVHA__RESTART_HOLD]' -r
complete -c provha -n "__fish_provha_using_subcommand failover; and __fish_seen_subcommand_from wait" -l reason -d 'Why this is done: kept with the generation or the mute' -r
complete -c provha -n "__fish_provha_using_subcommand failover; and __fish_seen_subcommand_from wait" -l color -d 'Use colour' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set or TERM is dumb'
always\t'Always'
never\t'Never'"
complete -c provha -n "__fish_provha_using_subcommand failover; and __fish_seen_subcommand_from wait" -l dry-run -d 'Check everything and list what would change, but change nothing'
complete -c provha -n "__fish_provha_using_subcommand failover; and __fish_seen_subcommand_from wait" -l diff -d 'Like --dry-run, and show the changed lines'
complete -c provha -n "__fish_provha_using_subcommand failover; and __fish_seen_subcommand_from wait" -l exit-code -d 'With --dry-run or --diff: exit with 10 if changes are pending'
complete -c provha -n "__fish_provha_using_subcommand failover; and __fish_seen_subcommand_from wait" -l no-activate -d 'Write files, but restart no daemon and contact no host except the database'
complete -c provha -n "__fish_provha_using_subcommand failover; and __fish_seen_subcommand_from wait" -l strict -d 'Refuse the run (exit 3) if there are findings'
complete -c provha -n "__fish_provha_using_subcommand failover; and __fish_seen_subcommand_from wait" -l allow-empty-pools -d 'Allow this run to remove pools that have active leases'
complete -c provha -n "__fish_provha_using_subcommand failover; and __fish_seen_subcommand_from wait" -l drain -d 'Let the leases of pools that shrank or are gone go on, but give no new ones there, until the last of them has ended'
complete -c provha -n "__fish_provha_using_subcommand failover; and __fish_seen_subcommand_from wait" -l accept-older-database -d 'Make the database live although what is live was made of newer values'
complete -c provha -n "__fish_provha_using_subcommand failover; and __fish_seen_subcommand_from wait" -l json -d 'Print the result as one JSON object on stdout'
complete -c provha -n "__fish_provha_using_subcommand failover; and __fish_seen_subcommand_from wait" -s q -l quiet -d 'Print warnings and errors only'
complete -c provha -n "__fish_provha_using_subcommand failover; and __fish_seen_subcommand_from wait" -s v -l verbose -d 'Print more details'
complete -c provha -n "__fish_provha_using_subcommand failover; and __fish_seen_subcommand_from wait" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c provha -n "__fish_provha_using_subcommand cluster; and not __fish_seen_subcommand_from help status crosscheck primary galera" -l env-dir -d 'Directory of the env files [default: /etc/nmsprime/env]' -r -F
complete -c provha -n "__fish_provha_using_subcommand cluster; and not __fish_seen_subcommand_from help status crosscheck primary galera" -l root -d 'Directory used in place of /, like DESTDIR' -r -F
complete -c provha -n "__fish_provha_using_subcommand cluster; and not __fish_seen_subcommand_from help status crosscheck primary galera" -l db -d 'Database: mysql://user@host[,host2][:port]/db, mysql:///db?socket=PATH or sqlite:PATH. Missing parts come from the DB_* keys' -r
complete -c provha -n "__fish_provha_using_subcommand cluster; and not __fish_seen_subcommand_from help status crosscheck primary galera" -l role -d 'Role of this machine; overrides PROVHA__OWN_STATE' -r -f -a "master\t'Runs the GUI and writes the database; failover primary'
slave\t'Only reads the database; failover secondary'
standalone\t'One machine without a peer'"
complete -c provha -n "__fish_provha_using_subcommand cluster; and not __fish_seen_subcommand_from help status crosscheck primary galera" -l lock-wait -d 'Wait up to this long for another run to end' -r
complete -c provha -n "__fish_provha_using_subcommand cluster; and not __fish_seen_subcommand_from help status crosscheck primary galera" -l max-removed-percent -d 'Allow this run to remove up to this share of the live hosts' -r
complete -c provha -n "__fish_provha_using_subcommand cluster; and not __fish_seen_subcommand_from help status crosscheck primary galera" -l max-quarantined-percent -d 'Allow this run to leave out up to this share of the rows' -r
complete -c provha -n "__fish_provha_using_subcommand cluster; and not __fish_seen_subcommand_from help status crosscheck primary galera" -l allow -d 'Allow this run what the guard rails name, such as modems,leases' -r -f -a "all\t'Everything below'
hosts\t'Hosts of all kinds'
modems\t'Hosts of modems'
mtas\t'Hosts of telephone adapters'
endpoints\t'Hosts of endpoints'
blocked\t'Modems whose customer devices get no address any more'
cmts\t'CMTS'
pools\t'Pools that vanish or answer nobody any more'
routers\t'Pools whose router changes'
leases\t'Active leases that no range holds any more'
access-lists\t'Access lists of named and chrony that become empty'
names\t'Names of devices that are still there'
files\t'Boot files that are removed'
no-file\t'Devices that have no valid boot file'
network-access\t'Boot files whose NetworkAccess becomes 0'
flows\t'Boot files that lose flows or rates'
settings\t'Boot files that lose a configfile\'s settings'
key-file\t'Boot files that are signed with another secret'"
complete -c provha -n "__fish_provha_using_subcommand cluster; and not __fish_seen_subcommand_from help status crosscheck primary galera" -l restart-hold -d 'Delay a restart of dhcpd up to this long while its failover peer does not serve [default: PROVHA__RESTART_HOLD]' -r
complete -c provha -n "__fish_provha_using_subcommand cluster; and not __fish_seen_subcommand_from help status crosscheck primary galera" -l reason -d 'Why this is done: kept with the generation or the mute' -r
complete -c provha -n "__fish_provha_using_subcommand cluster; and not __fish_seen_subcommand_from help status crosscheck primary galera" -l color -d 'Use colour' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set or TERM is dumb'
always\t'Always'
never\t'Never'"
complete -c provha -n "__fish_provha_using_subcommand cluster; and not __fish_seen_subcommand_from help status crosscheck primary galera" -l dry-run -d 'Check everything and list what would change, but change nothing'
complete -c provha -n "__fish_provha_using_subcommand cluster; and not __fish_seen_subcommand_from help status crosscheck primary galera" -l diff -d 'Like --dry-run, and show the changed lines'
complete -c provha -n "__fish_provha_using_subcommand cluster; and not __fish_seen_subcommand_from help status crosscheck primary galera" -l exit-code -d 'With --dry-run or --diff: exit with 10 if changes are pending'
complete -c provha -n "__fish_provha_using_subcommand cluster; and not __fish_seen_subcommand_from help status crosscheck primary galera" -l no-activate -d 'Write files, but restart no daemon and contact no host except the database'
complete -c provha -n "__fish_provha_using_subcommand cluster; and not __fish_seen_subcommand_from help status crosscheck primary galera" -l strict -d 'Refuse the run (exit 3) if there are findings'
complete -c provha -n "__fish_provha_using_subcommand cluster; and not __fish_seen_subcommand_from help status crosscheck primary galera" -l allow-empty-pools -d 'Allow this run to remove pools that have active leases'
complete -c provha -n "__fish_provha_using_subcommand cluster; and not __fish_seen_subcommand_from help status crosscheck primary galera" -l drain -d 'Let the leases of pools that shrank or are gone go on, but give no new ones there, until the last of them has ended'
complete -c provha -n "__fish_provha_using_subcommand cluster; and not __fish_seen_subcommand_from help status crosscheck primary galera" -l accept-older-database -d 'Make the database live although what is live was made of newer values'
complete -c provha -n "__fish_provha_using_subcommand cluster; and not __fish_seen_subcommand_from help status crosscheck primary galera" -l json -d 'Print the result as one JSON object on stdout'
complete -c provha -n "__fish_provha_using_subcommand cluster; and not __fish_seen_subcommand_from help status crosscheck primary galera" -s q -l quiet -d 'Print warnings and errors only'
complete -c provha -n "__fish_provha_using_subcommand cluster; and not __fish_seen_subcommand_from help status crosscheck primary galera" -s v -l verbose -d 'Print more details'
complete -c provha -n "__fish_provha_using_subcommand cluster; and not __fish_seen_subcommand_from help status crosscheck primary galera" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c provha -n "__fish_provha_using_subcommand cluster; and not __fish_seen_subcommand_from help status crosscheck primary galera" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c provha -n "__fish_provha_using_subcommand cluster; and not __fish_seen_subcommand_from help status crosscheck primary galera" -f -a "status" -d 'Show the state of the database cluster, asking every node'
complete -c provha -n "__fish_provha_using_subcommand cluster; and not __fish_seen_subcommand_from help status crosscheck primary galera" -f -a "crosscheck" -d 'Show who sees whom: every node against every other one'
complete -c provha -n "__fish_provha_using_subcommand cluster; and not __fish_seen_subcommand_from help status crosscheck primary galera" -f -a "primary" -d 'Show, or change, which node does the background work'
complete -c provha -n "__fish_provha_using_subcommand cluster; and not __fish_seen_subcommand_from help status crosscheck primary galera" -f -a "galera" -d 'The database cluster'
complete -c provha -n "__fish_provha_using_subcommand cluster; and __fish_seen_subcommand_from help" -f -a "status" -d 'Show the state of the database cluster, asking every node'
complete -c provha -n "__fish_provha_using_subcommand cluster; and __fish_seen_subcommand_from help" -f -a "crosscheck" -d 'Show who sees whom: every node against every other one'
complete -c provha -n "__fish_provha_using_subcommand cluster; and __fish_seen_subcommand_from help" -f -a "primary" -d 'Show, or change, which node does the background work'
complete -c provha -n "__fish_provha_using_subcommand cluster; and __fish_seen_subcommand_from help" -f -a "galera" -d 'The database cluster'
complete -c provha -n "__fish_provha_using_subcommand cluster; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c provha -n "__fish_provha_using_subcommand cluster; and __fish_seen_subcommand_from status" -l format -d 'Output format [default: human]' -r -f -a "human\t'Root causes first, then one line per check, for people'
icinga\t'Monitoring plugin: Icinga, Nagios, Naemon'
prometheus\t'Prometheus text format'"
complete -c provha -n "__fish_provha_using_subcommand cluster; and __fish_seen_subcommand_from status" -l env-dir -d 'Directory of the env files [default: /etc/nmsprime/env]' -r -F
complete -c provha -n "__fish_provha_using_subcommand cluster; and __fish_seen_subcommand_from status" -l root -d 'Directory used in place of /, like DESTDIR' -r -F
complete -c provha -n "__fish_provha_using_subcommand cluster; and __fish_seen_subcommand_from status" -l db -d 'Database: mysql://user@host[,host2][:port]/db, mysql:///db?socket=PATH or sqlite:PATH. Missing parts come from the DB_* keys' -r
complete -c provha -n "__fish_provha_using_subcommand cluster; and __fish_seen_subcommand_from status" -l role -d 'Role of this machine; overrides PROVHA__OWN_STATE' -r -f -a "master\t'Runs the GUI and writes the database; failover primary'
slave\t'Only reads the database; failover secondary'
standalone\t'One machine without a peer'"
complete -c provha -n "__fish_provha_using_subcommand cluster; and __fish_seen_subcommand_from status" -l lock-wait -d 'Wait up to this long for another run to end' -r
complete -c provha -n "__fish_provha_using_subcommand cluster; and __fish_seen_subcommand_from status" -l max-removed-percent -d 'Allow this run to remove up to this share of the live hosts' -r
complete -c provha -n "__fish_provha_using_subcommand cluster; and __fish_seen_subcommand_from status" -l max-quarantined-percent -d 'Allow this run to leave out up to this share of the rows' -r
complete -c provha -n "__fish_provha_using_subcommand cluster; and __fish_seen_subcommand_from status" -l allow -d 'Allow this run what the guard rails name, such as modems,leases' -r -f -a "all\t'Everything below'
hosts\t'Hosts of all kinds'
modems\t'Hosts of modems'
mtas\t'Hosts of telephone adapters'
endpoints\t'Hosts of endpoints'
blocked\t'Modems whose customer devices get no address any more'
cmts\t'CMTS'
pools\t'Pools that vanish or answer nobody any more'
routers\t'Pools whose router changes'
leases\t'Active leases that no range holds any more'
access-lists\t'Access lists of named and chrony that become empty'
names\t'Names of devices that are still there'
files\t'Boot files that are removed'
no-file\t'Devices that have no valid boot file'
network-access\t'Boot files whose NetworkAccess becomes 0'
flows\t'Boot files that lose flows or rates'
settings\t'Boot files that lose a configfile\'s settings'
key-file\t'Boot files that are signed with another secret'"
complete -c provha -n "__fish_provha_using_subcommand cluster; and __fish_seen_subcommand_from status" -l restart-hold -d 'Delay a restart of dhcpd up to this long while its failover peer does not serve [default: PROVHA__RESTART_HOLD]' -r
complete -c provha -n "__fish_provha_using_subcommand cluster; and __fish_seen_subcommand_from status" -l reason -d 'Why this is done: kept with the generation or the mute' -r
complete -c provha -n "__fish_provha_using_subcommand cluster; and __fish_seen_subcommand_from status" -l color -d 'Use colour' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set or TERM is dumb'
always\t'Always'
never\t'Never'"
complete -c provha -n "__fish_provha_using_subcommand cluster; and __fish_seen_subcommand_from status" -l dry-run -d 'Check everything and list what would change, but change nothing'
complete -c provha -n "__fish_provha_using_subcommand cluster; and __fish_seen_subcommand_from status" -l diff -d 'Like --dry-run, and show the changed lines'
complete -c provha -n "__fish_provha_using_subcommand cluster; and __fish_seen_subcommand_from status" -l exit-code -d 'With --dry-run or --diff: exit with 10 if changes are pending'
complete -c provha -n "__fish_provha_using_subcommand cluster; and __fish_seen_subcommand_from status" -l no-activate -d 'Write files, but restart no daemon and contact no host except the database'
complete -c provha -n "__fish_provha_using_subcommand cluster; and __fish_seen_subcommand_from status" -l strict -d 'Refuse the run (exit 3) if there are findings'
complete -c provha -n "__fish_provha_using_subcommand cluster; and __fish_seen_subcommand_from status" -l allow-empty-pools -d 'Allow this run to remove pools that have active leases'
complete -c provha -n "__fish_provha_using_subcommand cluster; and __fish_seen_subcommand_from status" -l drain -d 'Let the leases of pools that shrank or are gone go on, but give no new ones there, until the last of them has ended'
complete -c provha -n "__fish_provha_using_subcommand cluster; and __fish_seen_subcommand_from status" -l accept-older-database -d 'Make the database live although what is live was made of newer values'
complete -c provha -n "__fish_provha_using_subcommand cluster; and __fish_seen_subcommand_from status" -l json -d 'Print the result as one JSON object on stdout'
complete -c provha -n "__fish_provha_using_subcommand cluster; and __fish_seen_subcommand_from status" -s q -l quiet -d 'Print warnings and errors only'
complete -c provha -n "__fish_provha_using_subcommand cluster; and __fish_seen_subcommand_from status" -s v -l verbose -d 'Print more details'
complete -c provha -n "__fish_provha_using_subcommand cluster; and __fish_seen_subcommand_from status" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c provha -n "__fish_provha_using_subcommand cluster; and __fish_seen_subcommand_from crosscheck" -l env-dir -d 'Directory of the env files [default: /etc/nmsprime/env]' -r -F
complete -c provha -n "__fish_provha_using_subcommand cluster; and __fish_seen_subcommand_from crosscheck" -l root -d 'Directory used in place of /, like DESTDIR' -r -F
complete -c provha -n "__fish_provha_using_subcommand cluster; and __fish_seen_subcommand_from crosscheck" -l db -d 'Database: mysql://user@host[,host2][:port]/db, mysql:///db?socket=PATH or sqlite:PATH. Missing parts come from the DB_* keys' -r
complete -c provha -n "__fish_provha_using_subcommand cluster; and __fish_seen_subcommand_from crosscheck" -l role -d 'Role of this machine; overrides PROVHA__OWN_STATE' -r -f -a "master\t'Runs the GUI and writes the database; failover primary'
slave\t'Only reads the database; failover secondary'
standalone\t'One machine without a peer'"
complete -c provha -n "__fish_provha_using_subcommand cluster; and __fish_seen_subcommand_from crosscheck" -l lock-wait -d 'Wait up to this long for another run to end' -r
complete -c provha -n "__fish_provha_using_subcommand cluster; and __fish_seen_subcommand_from crosscheck" -l max-removed-percent -d 'Allow this run to remove up to this share of the live hosts' -r
complete -c provha -n "__fish_provha_using_subcommand cluster; and __fish_seen_subcommand_from crosscheck" -l max-quarantined-percent -d 'Allow this run to leave out up to this share of the rows' -r
complete -c provha -n "__fish_provha_using_subcommand cluster; and __fish_seen_subcommand_from crosscheck" -l allow -d 'Allow this run what the guard rails name, such as modems,leases' -r -f -a "all\t'Everything below'
hosts\t'Hosts of all kinds'
modems\t'Hosts of modems'
mtas\t'Hosts of telephone adapters'
endpoints\t'Hosts of endpoints'
blocked\t'Modems whose customer devices get no address any more'
cmts\t'CMTS'
pools\t'Pools that vanish or answer nobody any more'
routers\t'Pools whose router changes'
leases\t'Active leases that no range holds any more'
access-lists\t'Access lists of named and chrony that become empty'
names\t'Names of devices that are still there'
files\t'Boot files that are removed'
no-file\t'Devices that have no valid boot file'
network-access\t'Boot files whose NetworkAccess becomes 0'
flows\t'Boot files that lose flows or rates'
settings\t'Boot files that lose a configfile\'s settings'
key-file\t'Boot files that are signed with another secret'"
complete -c provha -n "__fish_provha_using_subcommand cluster; and __fish_seen_subcommand_from crosscheck" -l restart-hold -d 'Delay a restart of dhcpd up to this long while its failover peer does not serve [default: PROVHA__RESTART_HOLD]' -r
complete -c provha -n "__fish_provha_using_subcommand cluster; and __fish_seen_subcommand_from crosscheck" -l reason -d 'Why this is done: kept with the generation or the mute' -r
complete -c provha -n "__fish_provha_using_subcommand cluster; and __fish_seen_subcommand_from crosscheck" -l color -d 'Use colour' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set or TERM is dumb'
always\t'Always'
never\t'Never'"
complete -c provha -n "__fish_provha_using_subcommand cluster; and __fish_seen_subcommand_from crosscheck" -l dry-run -d 'Check everything and list what would change, but change nothing'
complete -c provha -n "__fish_provha_using_subcommand cluster; and __fish_seen_subcommand_from crosscheck" -l diff -d 'Like --dry-run, and show the changed lines'
complete -c provha -n "__fish_provha_using_subcommand cluster; and __fish_seen_subcommand_from crosscheck" -l exit-code -d 'With --dry-run or --diff: exit with 10 if changes are pending'
complete -c provha -n "__fish_provha_using_subcommand cluster; and __fish_seen_subcommand_from crosscheck" -l no-activate -d 'Write files, but restart no daemon and contact no host except the database'
complete -c provha -n "__fish_provha_using_subcommand cluster; and __fish_seen_subcommand_from crosscheck" -l strict -d 'Refuse the run (exit 3) if there are findings'
complete -c provha -n "__fish_provha_using_subcommand cluster; and __fish_seen_subcommand_from crosscheck" -l allow-empty-pools -d 'Allow this run to remove pools that have active leases'
complete -c provha -n "__fish_provha_using_subcommand cluster; and __fish_seen_subcommand_from crosscheck" -l drain -d 'Let the leases of pools that shrank or are gone go on, but give no new ones there, until the last of them has ended'
complete -c provha -n "__fish_provha_using_subcommand cluster; and __fish_seen_subcommand_from crosscheck" -l accept-older-database -d 'Make the database live although what is live was made of newer values'
complete -c provha -n "__fish_provha_using_subcommand cluster; and __fish_seen_subcommand_from crosscheck" -l json -d 'Print the result as one JSON object on stdout'
complete -c provha -n "__fish_provha_using_subcommand cluster; and __fish_seen_subcommand_from crosscheck" -s q -l quiet -d 'Print warnings and errors only'
complete -c provha -n "__fish_provha_using_subcommand cluster; and __fish_seen_subcommand_from crosscheck" -s v -l verbose -d 'Print more details'
complete -c provha -n "__fish_provha_using_subcommand cluster; and __fish_seen_subcommand_from crosscheck" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c provha -n "__fish_provha_using_subcommand cluster; and __fish_seen_subcommand_from primary" -l dead -d 'This node is off and stays off; may be repeated' -r
complete -c provha -n "__fish_provha_using_subcommand cluster; and __fish_seen_subcommand_from primary" -l env-dir -d 'Directory of the env files [default: /etc/nmsprime/env]' -r -F
complete -c provha -n "__fish_provha_using_subcommand cluster; and __fish_seen_subcommand_from primary" -l root -d 'Directory used in place of /, like DESTDIR' -r -F
complete -c provha -n "__fish_provha_using_subcommand cluster; and __fish_seen_subcommand_from primary" -l db -d 'Database: mysql://user@host[,host2][:port]/db, mysql:///db?socket=PATH or sqlite:PATH. Missing parts come from the DB_* keys' -r
complete -c provha -n "__fish_provha_using_subcommand cluster; and __fish_seen_subcommand_from primary" -l role -d 'Role of this machine; overrides PROVHA__OWN_STATE' -r -f -a "master\t'Runs the GUI and writes the database; failover primary'
slave\t'Only reads the database; failover secondary'
standalone\t'One machine without a peer'"
complete -c provha -n "__fish_provha_using_subcommand cluster; and __fish_seen_subcommand_from primary" -l lock-wait -d 'Wait up to this long for another run to end' -r
complete -c provha -n "__fish_provha_using_subcommand cluster; and __fish_seen_subcommand_from primary" -l max-removed-percent -d 'Allow this run to remove up to this share of the live hosts' -r
complete -c provha -n "__fish_provha_using_subcommand cluster; and __fish_seen_subcommand_from primary" -l max-quarantined-percent -d 'Allow this run to leave out up to this share of the rows' -r
complete -c provha -n "__fish_provha_using_subcommand cluster; and __fish_seen_subcommand_from primary" -l allow -d 'Allow this run what the guard rails name, such as modems,leases' -r -f -a "all\t'Everything below'
hosts\t'Hosts of all kinds'
modems\t'Hosts of modems'
mtas\t'Hosts of telephone adapters'
endpoints\t'Hosts of endpoints'
blocked\t'Modems whose customer devices get no address any more'
cmts\t'CMTS'
pools\t'Pools that vanish or answer nobody any more'
routers\t'Pools whose router changes'
leases\t'Active leases that no range holds any more'
access-lists\t'Access lists of named and chrony that become empty'
names\t'Names of devices that are still there'
files\t'Boot files that are removed'
no-file\t'Devices that have no valid boot file'
network-access\t'Boot files whose NetworkAccess becomes 0'
flows\t'Boot files that lose flows or rates'
settings\t'Boot files that lose a configfile\'s settings'
key-file\t'Boot files that are signed with another secret'"
complete -c provha -n "__fish_provha_using_subcommand cluster; and __fish_seen_subcommand_from primary" -l restart-hold -d 'Delay a restart of dhcpd up to this long while its failover peer does not serve [default: PROVHA__RESTART_HOLD]' -r
complete -c provha -n "__fish_provha_using_subcommand cluster; and __fish_seen_subcommand_from primary" -l reason -d 'Why this is done: kept with the generation or the mute' -r
complete -c provha -n "__fish_provha_using_subcommand cluster; and __fish_seen_subcommand_from primary" -l color -d 'Use colour' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set or TERM is dumb'
always\t'Always'
never\t'Never'"
complete -c provha -n "__fish_provha_using_subcommand cluster; and __fish_seen_subcommand_from primary" -l yes -d 'Carry it out'
complete -c provha -n "__fish_provha_using_subcommand cluster; and __fish_seen_subcommand_from primary" -l dry-run -d 'Check everything and list what would change, but change nothing'
complete -c provha -n "__fish_provha_using_subcommand cluster; and __fish_seen_subcommand_from primary" -l diff -d 'Like --dry-run, and show the changed lines'
complete -c provha -n "__fish_provha_using_subcommand cluster; and __fish_seen_subcommand_from primary" -l exit-code -d 'With --dry-run or --diff: exit with 10 if changes are pending'
complete -c provha -n "__fish_provha_using_subcommand cluster; and __fish_seen_subcommand_from primary" -l no-activate -d 'Write files, but restart no daemon and contact no host except the database'
complete -c provha -n "__fish_provha_using_subcommand cluster; and __fish_seen_subcommand_from primary" -l strict -d 'Refuse the run (exit 3) if there are findings'
complete -c provha -n "__fish_provha_using_subcommand cluster; and __fish_seen_subcommand_from primary" -l allow-empty-pools -d 'Allow this run to remove pools that have active leases'
complete -c provha -n "__fish_provha_using_subcommand cluster; and __fish_seen_subcommand_from primary" -l drain -d 'Let the leases of pools that shrank or are gone go on, but give no new ones there, until the last of them has ended'
complete -c provha -n "__fish_provha_using_subcommand cluster; and __fish_seen_subcommand_from primary" -l accept-older-database -d 'Make the database live although what is live was made of newer values'
complete -c provha -n "__fish_provha_using_subcommand cluster; and __fish_seen_subcommand_from primary" -l json -d 'Print the result as one JSON object on stdout'
complete -c provha -n "__fish_provha_using_subcommand cluster; and __fish_seen_subcommand_from primary" -s q -l quiet -d 'Print warnings and errors only'
complete -c provha -n "__fish_provha_using_subcommand cluster; and __fish_seen_subcommand_from primary" -s v -l verbose -d 'Print more details'
complete -c provha -n "__fish_provha_using_subcommand cluster; and __fish_seen_subcommand_from primary" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c provha -n "__fish_provha_using_subcommand cluster; and __fish_seen_subcommand_from galera" -l env-dir -d 'Directory of the env files [default: /etc/nmsprime/env]' -r -F
complete -c provha -n "__fish_provha_using_subcommand cluster; and __fish_seen_subcommand_from galera" -l root -d 'Directory used in place of /, like DESTDIR' -r -F
complete -c provha -n "__fish_provha_using_subcommand cluster; and __fish_seen_subcommand_from galera" -l db -d 'Database: mysql://user@host[,host2][:port]/db, mysql:///db?socket=PATH or sqlite:PATH. Missing parts come from the DB_* keys' -r
complete -c provha -n "__fish_provha_using_subcommand cluster; and __fish_seen_subcommand_from galera" -l role -d 'Role of this machine; overrides PROVHA__OWN_STATE' -r -f -a "master\t'Runs the GUI and writes the database; failover primary'
slave\t'Only reads the database; failover secondary'
standalone\t'One machine without a peer'"
complete -c provha -n "__fish_provha_using_subcommand cluster; and __fish_seen_subcommand_from galera" -l lock-wait -d 'Wait up to this long for another run to end' -r
complete -c provha -n "__fish_provha_using_subcommand cluster; and __fish_seen_subcommand_from galera" -l max-removed-percent -d 'Allow this run to remove up to this share of the live hosts' -r
complete -c provha -n "__fish_provha_using_subcommand cluster; and __fish_seen_subcommand_from galera" -l max-quarantined-percent -d 'Allow this run to leave out up to this share of the rows' -r
complete -c provha -n "__fish_provha_using_subcommand cluster; and __fish_seen_subcommand_from galera" -l allow -d 'Allow this run what the guard rails name, such as modems,leases' -r -f -a "all\t'Everything below'
hosts\t'Hosts of all kinds'
modems\t'Hosts of modems'
mtas\t'Hosts of telephone adapters'
endpoints\t'Hosts of endpoints'
blocked\t'Modems whose customer devices get no address any more'
cmts\t'CMTS'
pools\t'Pools that vanish or answer nobody any more'
routers\t'Pools whose router changes'
leases\t'Active leases that no range holds any more'
access-lists\t'Access lists of named and chrony that become empty'
names\t'Names of devices that are still there'
files\t'Boot files that are removed'
no-file\t'Devices that have no valid boot file'
network-access\t'Boot files whose NetworkAccess becomes 0'
flows\t'Boot files that lose flows or rates'
settings\t'Boot files that lose a configfile\'s settings'
key-file\t'Boot files that are signed with another secret'"
complete -c provha -n "__fish_provha_using_subcommand cluster; and __fish_seen_subcommand_from galera" -l restart-hold -d 'Delay a restart of dhcpd up to this long while its failover peer does not serve [default: PROVHA__RESTART_HOLD]' -r
complete -c provha -n "__fish_provha_using_subcommand cluster; and __fish_seen_subcommand_from galera" -l reason -d 'Why this is done: kept with the generation or the mute' -r
complete -c provha -n "__fish_provha_using_subcommand cluster; and __fish_seen_subcommand_from galera" -l color -d 'Use colour' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set or TERM is dumb'
always\t'Always'
never\t'Never'"
complete -c provha -n "__fish_provha_using_subcommand cluster; and __fish_seen_subcommand_from galera" -l dry-run -d 'Check everything and list what would change, but change nothing'
complete -c provha -n "__fish_provha_using_subcommand cluster; and __fish_seen_subcommand_from galera" -l diff -d 'Like --dry-run, and show the changed lines'
complete -c provha -n "__fish_provha_using_subcommand cluster; and __fish_seen_subcommand_from galera" -l exit-code -d 'With --dry-run or --diff: exit with 10 if changes are pending'
complete -c provha -n "__fish_provha_using_subcommand cluster; and __fish_seen_subcommand_from galera" -l no-activate -d 'Write files, but restart no daemon and contact no host except the database'
complete -c provha -n "__fish_provha_using_subcommand cluster; and __fish_seen_subcommand_from galera" -l strict -d 'Refuse the run (exit 3) if there are findings'
complete -c provha -n "__fish_provha_using_subcommand cluster; and __fish_seen_subcommand_from galera" -l allow-empty-pools -d 'Allow this run to remove pools that have active leases'
complete -c provha -n "__fish_provha_using_subcommand cluster; and __fish_seen_subcommand_from galera" -l drain -d 'Let the leases of pools that shrank or are gone go on, but give no new ones there, until the last of them has ended'
complete -c provha -n "__fish_provha_using_subcommand cluster; and __fish_seen_subcommand_from galera" -l accept-older-database -d 'Make the database live although what is live was made of newer values'
complete -c provha -n "__fish_provha_using_subcommand cluster; and __fish_seen_subcommand_from galera" -l json -d 'Print the result as one JSON object on stdout'
complete -c provha -n "__fish_provha_using_subcommand cluster; and __fish_seen_subcommand_from galera" -s q -l quiet -d 'Print warnings and errors only'
complete -c provha -n "__fish_provha_using_subcommand cluster; and __fish_seen_subcommand_from galera" -s v -l verbose -d 'Print more details'
complete -c provha -n "__fish_provha_using_subcommand cluster; and __fish_seen_subcommand_from galera" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c provha -n "__fish_provha_using_subcommand cluster; and __fish_seen_subcommand_from galera" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c provha -n "__fish_provha_using_subcommand cluster; and __fish_seen_subcommand_from galera" -f -a "init" -d 'Make this node a part of the cluster, the master first'
complete -c provha -n "__fish_provha_using_subcommand cluster; and __fish_seen_subcommand_from galera" -f -a "arbiter" -d 'Run the arbiter (garbd) on this machine: a vote without data'
complete -c provha -n "__fish_provha_using_subcommand cluster; and __fish_seen_subcommand_from galera" -f -a "recover" -d 'Bring the database back after a full stop or a crash'
complete -c provha -n "__fish_provha_using_subcommand maintenance; and not __fish_seen_subcommand_from help start end" -l env-dir -d 'Directory of the env files [default: /etc/nmsprime/env]' -r -F
complete -c provha -n "__fish_provha_using_subcommand maintenance; and not __fish_seen_subcommand_from help start end" -l root -d 'Directory used in place of /, like DESTDIR' -r -F
complete -c provha -n "__fish_provha_using_subcommand maintenance; and not __fish_seen_subcommand_from help start end" -l db -d 'Database: mysql://user@host[,host2][:port]/db, mysql:///db?socket=PATH or sqlite:PATH. Missing parts come from the DB_* keys' -r
complete -c provha -n "__fish_provha_using_subcommand maintenance; and not __fish_seen_subcommand_from help start end" -l role -d 'Role of this machine; overrides PROVHA__OWN_STATE' -r -f -a "master\t'Runs the GUI and writes the database; failover primary'
slave\t'Only reads the database; failover secondary'
standalone\t'One machine without a peer'"
complete -c provha -n "__fish_provha_using_subcommand maintenance; and not __fish_seen_subcommand_from help start end" -l lock-wait -d 'Wait up to this long for another run to end' -r
complete -c provha -n "__fish_provha_using_subcommand maintenance; and not __fish_seen_subcommand_from help start end" -l max-removed-percent -d 'Allow this run to remove up to this share of the live hosts' -r
complete -c provha -n "__fish_provha_using_subcommand maintenance; and not __fish_seen_subcommand_from help start end" -l max-quarantined-percent -d 'Allow this run to leave out up to this share of the rows' -r
complete -c provha -n "__fish_provha_using_subcommand maintenance; and not __fish_seen_subcommand_from help start end" -l allow -d 'Allow this run what the guard rails name, such as modems,leases' -r -f -a "all\t'Everything below'
hosts\t'Hosts of all kinds'
modems\t'Hosts of modems'
mtas\t'Hosts of telephone adapters'
endpoints\t'Hosts of endpoints'
blocked\t'Modems whose customer devices get no address any more'
cmts\t'CMTS'
pools\t'Pools that vanish or answer nobody any more'
routers\t'Pools whose router changes'
leases\t'Active leases that no range holds any more'
access-lists\t'Access lists of named and chrony that become empty'
names\t'Names of devices that are still there'
files\t'Boot files that are removed'
no-file\t'Devices that have no valid boot file'
network-access\t'Boot files whose NetworkAccess becomes 0'
flows\t'Boot files that lose flows or rates'
settings\t'Boot files that lose a configfile\'s settings'
key-file\t'Boot files that are signed with another secret'"
complete -c provha -n "__fish_provha_using_subcommand maintenance; and not __fish_seen_subcommand_from help start end" -l restart-hold -d 'Delay a restart of dhcpd up to this long while its failover peer does not serve [default: PROVHA__RESTART_HOLD]' -r
complete -c provha -n "__fish_provha_using_subcommand maintenance; and not __fish_seen_subcommand_from help start end" -l reason -d 'Why this is done: kept with the generation or the mute' -r
complete -c provha -n "__fish_provha_using_subcommand maintenance; and not __fish_seen_subcommand_from help start end" -l color -d 'Use colour' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set or TERM is dumb'
always\t'Always'
never\t'Never'"
complete -c provha -n "__fish_provha_using_subcommand maintenance; and not __fish_seen_subcommand_from help start end" -l dry-run -d 'Check everything and list what would change, but change nothing'
complete -c provha -n "__fish_provha_using_subcommand maintenance; and not __fish_seen_subcommand_from help start end" -l diff -d 'Like --dry-run, and show the changed lines'
complete -c provha -n "__fish_provha_using_subcommand maintenance; and not __fish_seen_subcommand_from help start end" -l exit-code -d 'With --dry-run or --diff: exit with 10 if changes are pending'
complete -c provha -n "__fish_provha_using_subcommand maintenance; and not __fish_seen_subcommand_from help start end" -l no-activate -d 'Write files, but restart no daemon and contact no host except the database'
complete -c provha -n "__fish_provha_using_subcommand maintenance; and not __fish_seen_subcommand_from help start end" -l strict -d 'Refuse the run (exit 3) if there are findings'
complete -c provha -n "__fish_provha_using_subcommand maintenance; and not __fish_seen_subcommand_from help start end" -l allow-empty-pools -d 'Allow this run to remove pools that have active leases'
complete -c provha -n "__fish_provha_using_subcommand maintenance; and not __fish_seen_subcommand_from help start end" -l drain -d 'Let the leases of pools that shrank or are gone go on, but give no new ones there, until the last of them has ended'
complete -c provha -n "__fish_provha_using_subcommand maintenance; and not __fish_seen_subcommand_from help start end" -l accept-older-database -d 'Make the database live although what is live was made of newer values'
complete -c provha -n "__fish_provha_using_subcommand maintenance; and not __fish_seen_subcommand_from help start end" -l json -d 'Print the result as one JSON object on stdout'
complete -c provha -n "__fish_provha_using_subcommand maintenance; and not __fish_seen_subcommand_from help start end" -s q -l quiet -d 'Print warnings and errors only'
complete -c provha -n "__fish_provha_using_subcommand maintenance; and not __fish_seen_subcommand_from help start end" -s v -l verbose -d 'Print more details'
complete -c provha -n "__fish_provha_using_subcommand maintenance; and not __fish_seen_subcommand_from help start end" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c provha -n "__fish_provha_using_subcommand maintenance; and not __fish_seen_subcommand_from help start end" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c provha -n "__fish_provha_using_subcommand maintenance; and not __fish_seen_subcommand_from help start end" -f -a "start" -d 'Take this node out of service; its peer serves meanwhile'
complete -c provha -n "__fish_provha_using_subcommand maintenance; and not __fish_seen_subcommand_from help start end" -f -a "end" -d 'Bring this node back into service'
complete -c provha -n "__fish_provha_using_subcommand maintenance; and __fish_seen_subcommand_from help" -f -a "start" -d 'Take this node out of service; its peer serves meanwhile'
complete -c provha -n "__fish_provha_using_subcommand maintenance; and __fish_seen_subcommand_from help" -f -a "end" -d 'Bring this node back into service'
complete -c provha -n "__fish_provha_using_subcommand maintenance; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c provha -n "__fish_provha_using_subcommand maintenance; and __fish_seen_subcommand_from start" -l for -d 'For how long: a number with s, m, h or d; up to 30d' -r
complete -c provha -n "__fish_provha_using_subcommand maintenance; and __fish_seen_subcommand_from start" -l env-dir -d 'Directory of the env files [default: /etc/nmsprime/env]' -r -F
complete -c provha -n "__fish_provha_using_subcommand maintenance; and __fish_seen_subcommand_from start" -l root -d 'Directory used in place of /, like DESTDIR' -r -F
complete -c provha -n "__fish_provha_using_subcommand maintenance; and __fish_seen_subcommand_from start" -l db -d 'Database: mysql://user@host[,host2][:port]/db, mysql:///db?socket=PATH or sqlite:PATH. Missing parts come from the DB_* keys' -r
complete -c provha -n "__fish_provha_using_subcommand maintenance; and __fish_seen_subcommand_from start" -l role -d 'Role of this machine; overrides PROVHA__OWN_STATE' -r -f -a "master\t'Runs the GUI and writes the database; failover primary'
slave\t'Only reads the database; failover secondary'
standalone\t'One machine without a peer'"
complete -c provha -n "__fish_provha_using_subcommand maintenance; and __fish_seen_subcommand_from start" -l lock-wait -d 'Wait up to this long for another run to end' -r
complete -c provha -n "__fish_provha_using_subcommand maintenance; and __fish_seen_subcommand_from start" -l max-removed-percent -d 'Allow this run to remove up to this share of the live hosts' -r
complete -c provha -n "__fish_provha_using_subcommand maintenance; and __fish_seen_subcommand_from start" -l max-quarantined-percent -d 'Allow this run to leave out up to this share of the rows' -r
complete -c provha -n "__fish_provha_using_subcommand maintenance; and __fish_seen_subcommand_from start" -l allow -d 'Allow this run what the guard rails name, such as modems,leases' -r -f -a "all\t'Everything below'
hosts\t'Hosts of all kinds'
modems\t'Hosts of modems'
mtas\t'Hosts of telephone adapters'
endpoints\t'Hosts of endpoints'
blocked\t'Modems whose customer devices get no address any more'
cmts\t'CMTS'
pools\t'Pools that vanish or answer nobody any more'
routers\t'Pools whose router changes'
leases\t'Active leases that no range holds any more'
access-lists\t'Access lists of named and chrony that become empty'
names\t'Names of devices that are still there'
files\t'Boot files that are removed'
no-file\t'Devices that have no valid boot file'
network-access\t'Boot files whose NetworkAccess becomes 0'
flows\t'Boot files that lose flows or rates'
settings\t'Boot files that lose a configfile\'s settings'
key-file\t'Boot files that are signed with another secret'"
complete -c provha -n "__fish_provha_using_subcommand maintenance; and __fish_seen_subcommand_from start" -l restart-hold -d 'Delay a restart of dhcpd up to this long while its failover peer does not serve [default: PROVHA__RESTART_HOLD]' -r
complete -c provha -n "__fish_provha_using_subcommand maintenance; and __fish_seen_subcommand_from start" -l reason -d 'Why this is done: kept with the generation or the mute' -r
complete -c provha -n "__fish_provha_using_subcommand maintenance; and __fish_seen_subcommand_from start" -l color -d 'Use colour' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set or TERM is dumb'
always\t'Always'
never\t'Never'"
complete -c provha -n "__fish_provha_using_subcommand maintenance; and __fish_seen_subcommand_from start" -l partner-down -d 'Set the peer to partner-down: it uses all free addresses after MCLT, and this node serves again only MCLT after its return'
complete -c provha -n "__fish_provha_using_subcommand maintenance; and __fish_seen_subcommand_from start" -l dry-run -d 'Check everything and list what would change, but change nothing'
complete -c provha -n "__fish_provha_using_subcommand maintenance; and __fish_seen_subcommand_from start" -l diff -d 'Like --dry-run, and show the changed lines'
complete -c provha -n "__fish_provha_using_subcommand maintenance; and __fish_seen_subcommand_from start" -l exit-code -d 'With --dry-run or --diff: exit with 10 if changes are pending'
complete -c provha -n "__fish_provha_using_subcommand maintenance; and __fish_seen_subcommand_from start" -l no-activate -d 'Write files, but restart no daemon and contact no host except the database'
complete -c provha -n "__fish_provha_using_subcommand maintenance; and __fish_seen_subcommand_from start" -l strict -d 'Refuse the run (exit 3) if there are findings'
complete -c provha -n "__fish_provha_using_subcommand maintenance; and __fish_seen_subcommand_from start" -l allow-empty-pools -d 'Allow this run to remove pools that have active leases'
complete -c provha -n "__fish_provha_using_subcommand maintenance; and __fish_seen_subcommand_from start" -l drain -d 'Let the leases of pools that shrank or are gone go on, but give no new ones there, until the last of them has ended'
complete -c provha -n "__fish_provha_using_subcommand maintenance; and __fish_seen_subcommand_from start" -l accept-older-database -d 'Make the database live although what is live was made of newer values'
complete -c provha -n "__fish_provha_using_subcommand maintenance; and __fish_seen_subcommand_from start" -l json -d 'Print the result as one JSON object on stdout'
complete -c provha -n "__fish_provha_using_subcommand maintenance; and __fish_seen_subcommand_from start" -s q -l quiet -d 'Print warnings and errors only'
complete -c provha -n "__fish_provha_using_subcommand maintenance; and __fish_seen_subcommand_from start" -s v -l verbose -d 'Print more details'
complete -c provha -n "__fish_provha_using_subcommand maintenance; and __fish_seen_subcommand_from start" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c provha -n "__fish_provha_using_subcommand maintenance; and __fish_seen_subcommand_from end" -l env-dir -d 'Directory of the env files [default: /etc/nmsprime/env]' -r -F
complete -c provha -n "__fish_provha_using_subcommand maintenance; and __fish_seen_subcommand_from end" -l root -d 'Directory used in place of /, like DESTDIR' -r -F
complete -c provha -n "__fish_provha_using_subcommand maintenance; and __fish_seen_subcommand_from end" -l db -d 'Database: mysql://user@host[,host2][:port]/db, mysql:///db?socket=PATH or sqlite:PATH. Missing parts come from the DB_* keys' -r
complete -c provha -n "__fish_provha_using_subcommand maintenance; and __fish_seen_subcommand_from end" -l role -d 'Role of this machine; overrides PROVHA__OWN_STATE' -r -f -a "master\t'Runs the GUI and writes the database; failover primary'
slave\t'Only reads the database; failover secondary'
standalone\t'One machine without a peer'"
complete -c provha -n "__fish_provha_using_subcommand maintenance; and __fish_seen_subcommand_from end" -l lock-wait -d 'Wait up to this long for another run to end' -r
complete -c provha -n "__fish_provha_using_subcommand maintenance; and __fish_seen_subcommand_from end" -l max-removed-percent -d 'Allow this run to remove up to this share of the live hosts' -r
complete -c provha -n "__fish_provha_using_subcommand maintenance; and __fish_seen_subcommand_from end" -l max-quarantined-percent -d 'Allow this run to leave out up to this share of the rows' -r
complete -c provha -n "__fish_provha_using_subcommand maintenance; and __fish_seen_subcommand_from end" -l allow -d 'Allow this run what the guard rails name, such as modems,leases' -r -f -a "all\t'Everything below'
hosts\t'Hosts of all kinds'
modems\t'Hosts of modems'
mtas\t'Hosts of telephone adapters'
endpoints\t'Hosts of endpoints'
blocked\t'Modems whose customer devices get no address any more'
cmts\t'CMTS'
pools\t'Pools that vanish or answer nobody any more'
routers\t'Pools whose router changes'
leases\t'Active leases that no range holds any more'
access-lists\t'Access lists of named and chrony that become empty'
names\t'Names of devices that are still there'
files\t'Boot files that are removed'
no-file\t'Devices that have no valid boot file'
network-access\t'Boot files whose NetworkAccess becomes 0'
flows\t'Boot files that lose flows or rates'
settings\t'Boot files that lose a configfile\'s settings'
key-file\t'Boot files that are signed with another secret'"
complete -c provha -n "__fish_provha_using_subcommand maintenance; and __fish_seen_subcommand_from end" -l restart-hold -d 'Delay a restart of dhcpd up to this long while its failover peer does not serve [default: PROVHA__RESTART_HOLD]' -r
complete -c provha -n "__fish_provha_using_subcommand maintenance; and __fish_seen_subcommand_from end" -l reason -d 'Why this is done: kept with the generation or the mute' -r
complete -c provha -n "__fish_provha_using_subcommand maintenance; and __fish_seen_subcommand_from end" -l color -d 'Use colour' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set or TERM is dumb'
always\t'Always'
never\t'Never'"
complete -c provha -n "__fish_provha_using_subcommand maintenance; and __fish_seen_subcommand_from end" -l dry-run -d 'Check everything and list what would change, but change nothing'
complete -c provha -n "__fish_provha_using_subcommand maintenance; and __fish_seen_subcommand_from end" -l diff -d 'Like --dry-run, and show the changed lines'
complete -c provha -n "__fish_provha_using_subcommand maintenance; and __fish_seen_subcommand_from end" -l exit-code -d 'With --dry-run or --diff: exit with 10 if changes are pending'
complete -c provha -n "__fish_provha_using_subcommand maintenance; and __fish_seen_subcommand_from end" -l no-activate -d 'Write files, but restart no daemon and contact no host except the database'
complete -c provha -n "__fish_provha_using_subcommand maintenance; and __fish_seen_subcommand_from end" -l strict -d 'Refuse the run (exit 3) if there are findings'
complete -c provha -n "__fish_provha_using_subcommand maintenance; and __fish_seen_subcommand_from end" -l allow-empty-pools -d 'Allow this run to remove pools that have active leases'
complete -c provha -n "__fish_provha_using_subcommand maintenance; and __fish_seen_subcommand_from end" -l drain -d 'Let the leases of pools that shrank or are gone go on, but give no new ones there, until the last of them has ended'
complete -c provha -n "__fish_provha_using_subcommand maintenance; and __fish_seen_subcommand_from end" -l accept-older-database -d 'Make the database live although what is live was made of newer values'
complete -c provha -n "__fish_provha_using_subcommand maintenance; and __fish_seen_subcommand_from end" -l json -d 'Print the result as one JSON object on stdout'
complete -c provha -n "__fish_provha_using_subcommand maintenance; and __fish_seen_subcommand_from end" -s q -l quiet -d 'Print warnings and errors only'
complete -c provha -n "__fish_provha_using_subcommand maintenance; and __fish_seen_subcommand_from end" -s v -l verbose -d 'Print more details'
complete -c provha -n "__fish_provha_using_subcommand maintenance; and __fish_seen_subcommand_from end" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c provha -n "__fish_provha_using_subcommand config; and not __fish_seen_subcommand_from help show" -l env-dir -d 'Directory of the env files [default: /etc/nmsprime/env]' -r -F
complete -c provha -n "__fish_provha_using_subcommand config; and not __fish_seen_subcommand_from help show" -l root -d 'Directory used in place of /, like DESTDIR' -r -F
complete -c provha -n "__fish_provha_using_subcommand config; and not __fish_seen_subcommand_from help show" -l db -d 'Database: mysql://user@host[,host2][:port]/db, mysql:///db?socket=PATH or sqlite:PATH. Missing parts come from the DB_* keys' -r
complete -c provha -n "__fish_provha_using_subcommand config; and not __fish_seen_subcommand_from help show" -l role -d 'Role of this machine; overrides PROVHA__OWN_STATE' -r -f -a "master\t'Runs the GUI and writes the database; failover primary'
slave\t'Only reads the database; failover secondary'
standalone\t'One machine without a peer'"
complete -c provha -n "__fish_provha_using_subcommand config; and not __fish_seen_subcommand_from help show" -l lock-wait -d 'Wait up to this long for another run to end' -r
complete -c provha -n "__fish_provha_using_subcommand config; and not __fish_seen_subcommand_from help show" -l max-removed-percent -d 'Allow this run to remove up to this share of the live hosts' -r
complete -c provha -n "__fish_provha_using_subcommand config; and not __fish_seen_subcommand_from help show" -l max-quarantined-percent -d 'Allow this run to leave out up to this share of the rows' -r
complete -c provha -n "__fish_provha_using_subcommand config; and not __fish_seen_subcommand_from help show" -l allow -d 'Allow this run what the guard rails name, such as modems,leases' -r -f -a "all\t'Everything below'
hosts\t'Hosts of all kinds'
modems\t'Hosts of modems'
mtas\t'Hosts of telephone adapters'
endpoints\t'Hosts of endpoints'
blocked\t'Modems whose customer devices get no address any more'
cmts\t'CMTS'
pools\t'Pools that vanish or answer nobody any more'
routers\t'Pools whose router changes'
leases\t'Active leases that no range holds any more'
access-lists\t'Access lists of named and chrony that become empty'
names\t'Names of devices that are still there'
files\t'Boot files that are removed'
no-file\t'Devices that have no valid boot file'
network-access\t'Boot files whose NetworkAccess becomes 0'
flows\t'Boot files that lose flows or rates'
settings\t'Boot files that lose a configfile\'s settings'
key-file\t'Boot files that are signed with another secret'"
complete -c provha -n "__fish_provha_using_subcommand config; and not __fish_seen_subcommand_from help show" -l restart-hold -d 'Delay a restart of dhcpd up to this long while its failover peer does not serve [default: PROVHA__RESTART_HOLD]' -r
complete -c provha -n "__fish_provha_using_subcommand config; and not __fish_seen_subcommand_from help show" -l reason -d 'Why this is done: kept with the generation or the mute' -r
complete -c provha -n "__fish_provha_using_subcommand config; and not __fish_seen_subcommand_from help show" -l color -d 'Use colour' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set or TERM is dumb'
always\t'Always'
never\t'Never'"
complete -c provha -n "__fish_provha_using_subcommand config; and not __fish_seen_subcommand_from help show" -l dry-run -d 'Check everything and list what would change, but change nothing'
complete -c provha -n "__fish_provha_using_subcommand config; and not __fish_seen_subcommand_from help show" -l diff -d 'Like --dry-run, and show the changed lines'
complete -c provha -n "__fish_provha_using_subcommand config; and not __fish_seen_subcommand_from help show" -l exit-code -d 'With --dry-run or --diff: exit with 10 if changes are pending'
complete -c provha -n "__fish_provha_using_subcommand config; and not __fish_seen_subcommand_from help show" -l no-activate -d 'Write files, but restart no daemon and contact no host except the database'
complete -c provha -n "__fish_provha_using_subcommand config; and not __fish_seen_subcommand_from help show" -l strict -d 'Refuse the run (exit 3) if there are findings'
complete -c provha -n "__fish_provha_using_subcommand config; and not __fish_seen_subcommand_from help show" -l allow-empty-pools -d 'Allow this run to remove pools that have active leases'
complete -c provha -n "__fish_provha_using_subcommand config; and not __fish_seen_subcommand_from help show" -l drain -d 'Let the leases of pools that shrank or are gone go on, but give no new ones there, until the last of them has ended'
complete -c provha -n "__fish_provha_using_subcommand config; and not __fish_seen_subcommand_from help show" -l accept-older-database -d 'Make the database live although what is live was made of newer values'
complete -c provha -n "__fish_provha_using_subcommand config; and not __fish_seen_subcommand_from help show" -l json -d 'Print the result as one JSON object on stdout'
complete -c provha -n "__fish_provha_using_subcommand config; and not __fish_seen_subcommand_from help show" -s q -l quiet -d 'Print warnings and errors only'
complete -c provha -n "__fish_provha_using_subcommand config; and not __fish_seen_subcommand_from help show" -s v -l verbose -d 'Print more details'
complete -c provha -n "__fish_provha_using_subcommand config; and not __fish_seen_subcommand_from help show" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c provha -n "__fish_provha_using_subcommand config; and not __fish_seen_subcommand_from help show" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c provha -n "__fish_provha_using_subcommand config; and not __fish_seen_subcommand_from help show" -f -a "show" -d 'Print every key with its effective value; secrets are masked'
complete -c provha -n "__fish_provha_using_subcommand config; and __fish_seen_subcommand_from help" -f -a "show" -d 'Print every key with its effective value; secrets are masked'
complete -c provha -n "__fish_provha_using_subcommand config; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c provha -n "__fish_provha_using_subcommand config; and __fish_seen_subcommand_from show" -l env-dir -d 'Directory of the env files [default: /etc/nmsprime/env]' -r -F
complete -c provha -n "__fish_provha_using_subcommand config; and __fish_seen_subcommand_from show" -l root -d 'Directory used in place of /, like DESTDIR' -r -F
complete -c provha -n "__fish_provha_using_subcommand config; and __fish_seen_subcommand_from show" -l db -d 'Database: mysql://user@host[,host2][:port]/db, mysql:///db?socket=PATH or sqlite:PATH. Missing parts come from the DB_* keys' -r
complete -c provha -n "__fish_provha_using_subcommand config; and __fish_seen_subcommand_from show" -l role -d 'Role of this machine; overrides PROVHA__OWN_STATE' -r -f -a "master\t'Runs the GUI and writes the database; failover primary'
slave\t'Only reads the database; failover secondary'
standalone\t'One machine without a peer'"
complete -c provha -n "__fish_provha_using_subcommand config; and __fish_seen_subcommand_from show" -l lock-wait -d 'Wait up to this long for another run to end' -r
complete -c provha -n "__fish_provha_using_subcommand config; and __fish_seen_subcommand_from show" -l max-removed-percent -d 'Allow this run to remove up to this share of the live hosts' -r
complete -c provha -n "__fish_provha_using_subcommand config; and __fish_seen_subcommand_from show" -l max-quarantined-percent -d 'Allow this run to leave out up to this share of the rows' -r
complete -c provha -n "__fish_provha_using_subcommand config; and __fish_seen_subcommand_from show" -l allow -d 'Allow this run what the guard rails name, such as modems,leases' -r -f -a "all\t'Everything below'
hosts\t'Hosts of all kinds'
modems\t'Hosts of modems'
mtas\t'Hosts of telephone adapters'
endpoints\t'Hosts of endpoints'
blocked\t'Modems whose customer devices get no address any more'
cmts\t'CMTS'
pools\t'Pools that vanish or answer nobody any more'
routers\t'Pools whose router changes'
leases\t'Active leases that no range holds any more'
access-lists\t'Access lists of named and chrony that become empty'
names\t'Names of devices that are still there'
files\t'Boot files that are removed'
no-file\t'Devices that have no valid boot file'
network-access\t'Boot files whose NetworkAccess becomes 0'
flows\t'Boot files that lose flows or rates'
settings\t'Boot files that lose a configfile\'s settings'
key-file\t'Boot files that are signed with another secret'"
complete -c provha -n "__fish_provha_using_subcommand config; and __fish_seen_subcommand_from show" -l restart-hold -d 'Delay a restart of dhcpd up to this long while its failover peer does not serve [default: PROVHA__RESTART_HOLD]' -r
complete -c provha -n "__fish_provha_using_subcommand config; and __fish_seen_subcommand_from show" -l reason -d 'Why this is done: kept with the generation or the mute' -r
complete -c provha -n "__fish_provha_using_subcommand config; and __fish_seen_subcommand_from show" -l color -d 'Use colour' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set or TERM is dumb'
always\t'Always'
never\t'Never'"
complete -c provha -n "__fish_provha_using_subcommand config; and __fish_seen_subcommand_from show" -l origin -d 'Print where each value comes from: file and line, or the default'
complete -c provha -n "__fish_provha_using_subcommand config; and __fish_seen_subcommand_from show" -l dry-run -d 'Check everything and list what would change, but change nothing'
complete -c provha -n "__fish_provha_using_subcommand config; and __fish_seen_subcommand_from show" -l diff -d 'Like --dry-run, and show the changed lines'
complete -c provha -n "__fish_provha_using_subcommand config; and __fish_seen_subcommand_from show" -l exit-code -d 'With --dry-run or --diff: exit with 10 if changes are pending'
complete -c provha -n "__fish_provha_using_subcommand config; and __fish_seen_subcommand_from show" -l no-activate -d 'Write files, but restart no daemon and contact no host except the database'
complete -c provha -n "__fish_provha_using_subcommand config; and __fish_seen_subcommand_from show" -l strict -d 'Refuse the run (exit 3) if there are findings'
complete -c provha -n "__fish_provha_using_subcommand config; and __fish_seen_subcommand_from show" -l allow-empty-pools -d 'Allow this run to remove pools that have active leases'
complete -c provha -n "__fish_provha_using_subcommand config; and __fish_seen_subcommand_from show" -l drain -d 'Let the leases of pools that shrank or are gone go on, but give no new ones there, until the last of them has ended'
complete -c provha -n "__fish_provha_using_subcommand config; and __fish_seen_subcommand_from show" -l accept-older-database -d 'Make the database live although what is live was made of newer values'
complete -c provha -n "__fish_provha_using_subcommand config; and __fish_seen_subcommand_from show" -l json -d 'Print the result as one JSON object on stdout'
complete -c provha -n "__fish_provha_using_subcommand config; and __fish_seen_subcommand_from show" -s q -l quiet -d 'Print warnings and errors only'
complete -c provha -n "__fish_provha_using_subcommand config; and __fish_seen_subcommand_from show" -s v -l verbose -d 'Print more details'
complete -c provha -n "__fish_provha_using_subcommand config; and __fish_seen_subcommand_from show" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c provha -n "__fish_provha_using_subcommand db; and not __fish_seen_subcommand_from help check sample" -l env-dir -d 'Directory of the env files [default: /etc/nmsprime/env]' -r -F
complete -c provha -n "__fish_provha_using_subcommand db; and not __fish_seen_subcommand_from help check sample" -l root -d 'Directory used in place of /, like DESTDIR' -r -F
complete -c provha -n "__fish_provha_using_subcommand db; and not __fish_seen_subcommand_from help check sample" -l db -d 'Database: mysql://user@host[,host2][:port]/db, mysql:///db?socket=PATH or sqlite:PATH. Missing parts come from the DB_* keys' -r
complete -c provha -n "__fish_provha_using_subcommand db; and not __fish_seen_subcommand_from help check sample" -l role -d 'Role of this machine; overrides PROVHA__OWN_STATE' -r -f -a "master\t'Runs the GUI and writes the database; failover primary'
slave\t'Only reads the database; failover secondary'
standalone\t'One machine without a peer'"
complete -c provha -n "__fish_provha_using_subcommand db; and not __fish_seen_subcommand_from help check sample" -l lock-wait -d 'Wait up to this long for another run to end' -r
complete -c provha -n "__fish_provha_using_subcommand db; and not __fish_seen_subcommand_from help check sample" -l max-removed-percent -d 'Allow this run to remove up to this share of the live hosts' -r
complete -c provha -n "__fish_provha_using_subcommand db; and not __fish_seen_subcommand_from help check sample" -l max-quarantined-percent -d 'Allow this run to leave out up to this share of the rows' -r
complete -c provha -n "__fish_provha_using_subcommand db; and not __fish_seen_subcommand_from help check sample" -l allow -d 'Allow this run what the guard rails name, such as modems,leases' -r -f -a "all\t'Everything below'
hosts\t'Hosts of all kinds'
modems\t'Hosts of modems'
mtas\t'Hosts of telephone adapters'
endpoints\t'Hosts of endpoints'
blocked\t'Modems whose customer devices get no address any more'
cmts\t'CMTS'
pools\t'Pools that vanish or answer nobody any more'
routers\t'Pools whose router changes'
leases\t'Active leases that no range holds any more'
access-lists\t'Access lists of named and chrony that become empty'
names\t'Names of devices that are still there'
files\t'Boot files that are removed'
no-file\t'Devices that have no valid boot file'
network-access\t'Boot files whose NetworkAccess becomes 0'
flows\t'Boot files that lose flows or rates'
settings\t'Boot files that lose a configfile\'s settings'
key-file\t'Boot files that are signed with another secret'"
complete -c provha -n "__fish_provha_using_subcommand db; and not __fish_seen_subcommand_from help check sample" -l restart-hold -d 'Delay a restart of dhcpd up to this long while its failover peer does not serve [default: PROVHA__RESTART_HOLD]' -r
complete -c provha -n "__fish_provha_using_subcommand db; and not __fish_seen_subcommand_from help check sample" -l reason -d 'Why this is done: kept with the generation or the mute' -r
complete -c provha -n "__fish_provha_using_subcommand db; and not __fish_seen_subcommand_from help check sample" -l color -d 'Use colour' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set or TERM is dumb'
always\t'Always'
never\t'Never'"
complete -c provha -n "__fish_provha_using_subcommand db; and not __fish_seen_subcommand_from help check sample" -l dry-run -d 'Check everything and list what would change, but change nothing'
complete -c provha -n "__fish_provha_using_subcommand db; and not __fish_seen_subcommand_from help check sample" -l diff -d 'Like --dry-run, and show the changed lines'
complete -c provha -n "__fish_provha_using_subcommand db; and not __fish_seen_subcommand_from help check sample" -l exit-code -d 'With --dry-run or --diff: exit with 10 if changes are pending'
complete -c provha -n "__fish_provha_using_subcommand db; and not __fish_seen_subcommand_from help check sample" -l no-activate -d 'Write files, but restart no daemon and contact no host except the database'
complete -c provha -n "__fish_provha_using_subcommand db; and not __fish_seen_subcommand_from help check sample" -l strict -d 'Refuse the run (exit 3) if there are findings'
complete -c provha -n "__fish_provha_using_subcommand db; and not __fish_seen_subcommand_from help check sample" -l allow-empty-pools -d 'Allow this run to remove pools that have active leases'
complete -c provha -n "__fish_provha_using_subcommand db; and not __fish_seen_subcommand_from help check sample" -l drain -d 'Let the leases of pools that shrank or are gone go on, but give no new ones there, until the last of them has ended'
complete -c provha -n "__fish_provha_using_subcommand db; and not __fish_seen_subcommand_from help check sample" -l accept-older-database -d 'Make the database live although what is live was made of newer values'
complete -c provha -n "__fish_provha_using_subcommand db; and not __fish_seen_subcommand_from help check sample" -l json -d 'Print the result as one JSON object on stdout'
complete -c provha -n "__fish_provha_using_subcommand db; and not __fish_seen_subcommand_from help check sample" -s q -l quiet -d 'Print warnings and errors only'
complete -c provha -n "__fish_provha_using_subcommand db; and not __fish_seen_subcommand_from help check sample" -s v -l verbose -d 'Print more details'
complete -c provha -n "__fish_provha_using_subcommand db; and not __fish_seen_subcommand_from help check sample" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c provha -n "__fish_provha_using_subcommand db; and not __fish_seen_subcommand_from help check sample" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c provha -n "__fish_provha_using_subcommand db; and not __fish_seen_subcommand_from help check sample" -f -a "check" -d 'Show engine, release and rights: what is missing, what may not be read'
complete -c provha -n "__fish_provha_using_subcommand db; and not __fish_seen_subcommand_from help check sample" -f -a "sample" -d 'Write a masked copy of some rows, small enough to send'
complete -c provha -n "__fish_provha_using_subcommand db; and __fish_seen_subcommand_from help" -f -a "check" -d 'Show engine, release and rights: what is missing, what may not be read'
complete -c provha -n "__fish_provha_using_subcommand db; and __fish_seen_subcommand_from help" -f -a "sample" -d 'Write a masked copy of some rows, small enough to send'
complete -c provha -n "__fish_provha_using_subcommand db; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c provha -n "__fish_provha_using_subcommand db; and __fish_seen_subcommand_from check" -l env-dir -d 'Directory of the env files [default: /etc/nmsprime/env]' -r -F
complete -c provha -n "__fish_provha_using_subcommand db; and __fish_seen_subcommand_from check" -l root -d 'Directory used in place of /, like DESTDIR' -r -F
complete -c provha -n "__fish_provha_using_subcommand db; and __fish_seen_subcommand_from check" -l db -d 'Database: mysql://user@host[,host2][:port]/db, mysql:///db?socket=PATH or sqlite:PATH. Missing parts come from the DB_* keys' -r
complete -c provha -n "__fish_provha_using_subcommand db; and __fish_seen_subcommand_from check" -l role -d 'Role of this machine; overrides PROVHA__OWN_STATE' -r -f -a "master\t'Runs the GUI and writes the database; failover primary'
slave\t'Only reads the database; failover secondary'
standalone\t'One machine without a peer'"
complete -c provha -n "__fish_provha_using_subcommand db; and __fish_seen_subcommand_from check" -l lock-wait -d 'Wait up to this long for another run to end' -r
complete -c provha -n "__fish_provha_using_subcommand db; and __fish_seen_subcommand_from check" -l max-removed-percent -d 'Allow this run to remove up to this share of the live hosts' -r
complete -c provha -n "__fish_provha_using_subcommand db; and __fish_seen_subcommand_from check" -l max-quarantined-percent -d 'Allow this run to leave out up to this share of the rows' -r
complete -c provha -n "__fish_provha_using_subcommand db; and __fish_seen_subcommand_from check" -l allow -d 'Allow this run what the guard rails name, such as modems,leases' -r -f -a "all\t'Everything below'
hosts\t'Hosts of all kinds'
modems\t'Hosts of modems'
mtas\t'Hosts of telephone adapters'
endpoints\t'Hosts of endpoints'
blocked\t'Modems whose customer devices get no address any more'
cmts\t'CMTS'
pools\t'Pools that vanish or answer nobody any more'
routers\t'Pools whose router changes'
leases\t'Active leases that no range holds any more'
access-lists\t'Access lists of named and chrony that become empty'
names\t'Names of devices that are still there'
files\t'Boot files that are removed'
no-file\t'Devices that have no valid boot file'
network-access\t'Boot files whose NetworkAccess becomes 0'
flows\t'Boot files that lose flows or rates'
settings\t'Boot files that lose a configfile\'s settings'
key-file\t'Boot files that are signed with another secret'"
complete -c provha -n "__fish_provha_using_subcommand db; and __fish_seen_subcommand_from check" -l restart-hold -d 'Delay a restart of dhcpd up to this long while its failover peer does not serve [default: PROVHA__RESTART_HOLD]' -r
complete -c provha -n "__fish_provha_using_subcommand db; and __fish_seen_subcommand_from check" -l reason -d 'Why this is done: kept with the generation or the mute' -r
complete -c provha -n "__fish_provha_using_subcommand db; and __fish_seen_subcommand_from check" -l color -d 'Use colour' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set or TERM is dumb'
always\t'Always'
never\t'Never'"
complete -c provha -n "__fish_provha_using_subcommand db; and __fish_seen_subcommand_from check" -l dry-run -d 'Check everything and list what would change, but change nothing'
complete -c provha -n "__fish_provha_using_subcommand db; and __fish_seen_subcommand_from check" -l diff -d 'Like --dry-run, and show the changed lines'
complete -c provha -n "__fish_provha_using_subcommand db; and __fish_seen_subcommand_from check" -l exit-code -d 'With --dry-run or --diff: exit with 10 if changes are pending'
complete -c provha -n "__fish_provha_using_subcommand db; and __fish_seen_subcommand_from check" -l no-activate -d 'Write files, but restart no daemon and contact no host except the database'
complete -c provha -n "__fish_provha_using_subcommand db; and __fish_seen_subcommand_from check" -l strict -d 'Refuse the run (exit 3) if there are findings'
complete -c provha -n "__fish_provha_using_subcommand db; and __fish_seen_subcommand_from check" -l allow-empty-pools -d 'Allow this run to remove pools that have active leases'
complete -c provha -n "__fish_provha_using_subcommand db; and __fish_seen_subcommand_from check" -l drain -d 'Let the leases of pools that shrank or are gone go on, but give no new ones there, until the last of them has ended'
complete -c provha -n "__fish_provha_using_subcommand db; and __fish_seen_subcommand_from check" -l accept-older-database -d 'Make the database live although what is live was made of newer values'
complete -c provha -n "__fish_provha_using_subcommand db; and __fish_seen_subcommand_from check" -l json -d 'Print the result as one JSON object on stdout'
complete -c provha -n "__fish_provha_using_subcommand db; and __fish_seen_subcommand_from check" -s q -l quiet -d 'Print warnings and errors only'
complete -c provha -n "__fish_provha_using_subcommand db; and __fish_seen_subcommand_from check" -s v -l verbose -d 'Print more details'
complete -c provha -n "__fish_provha_using_subcommand db; and __fish_seen_subcommand_from check" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c provha -n "__fish_provha_using_subcommand db; and __fish_seen_subcommand_from sample" -l out -d 'File to make: FILE.sqlite, or FILE.sql' -r -F
complete -c provha -n "__fish_provha_using_subcommand db; and __fish_seen_subcommand_from sample" -l device -d 'Only this device (id, MAC or host name) and what belongs to it; may be repeated [default: what findings name, and the first rows]' -r
complete -c provha -n "__fish_provha_using_subcommand db; and __fish_seen_subcommand_from sample" -l rows -d 'Rows per table without a finding, and per kind of finding' -r
complete -c provha -n "__fish_provha_using_subcommand db; and __fish_seen_subcommand_from sample" -l env-dir -d 'Directory of the env files [default: /etc/nmsprime/env]' -r -F
complete -c provha -n "__fish_provha_using_subcommand db; and __fish_seen_subcommand_from sample" -l root -d 'Directory used in place of /, like DESTDIR' -r -F
complete -c provha -n "__fish_provha_using_subcommand db; and __fish_seen_subcommand_from sample" -l db -d 'Database: mysql://user@host[,host2][:port]/db, mysql:///db?socket=PATH or sqlite:PATH. Missing parts come from the DB_* keys' -r
complete -c provha -n "__fish_provha_using_subcommand db; and __fish_seen_subcommand_from sample" -l role -d 'Role of this machine; overrides PROVHA__OWN_STATE' -r -f -a "master\t'Runs the GUI and writes the database; failover primary'
slave\t'Only reads the database; failover secondary'
standalone\t'One machine without a peer'"
complete -c provha -n "__fish_provha_using_subcommand db; and __fish_seen_subcommand_from sample" -l lock-wait -d 'Wait up to this long for another run to end' -r
complete -c provha -n "__fish_provha_using_subcommand db; and __fish_seen_subcommand_from sample" -l max-removed-percent -d 'Allow this run to remove up to this share of the live hosts' -r
complete -c provha -n "__fish_provha_using_subcommand db; and __fish_seen_subcommand_from sample" -l max-quarantined-percent -d 'Allow this run to leave out up to this share of the rows' -r
complete -c provha -n "__fish_provha_using_subcommand db; and __fish_seen_subcommand_from sample" -l allow -d 'Allow this run what the guard rails name, such as modems,leases' -r -f -a "all\t'Everything below'
hosts\t'Hosts of all kinds'
modems\t'Hosts of modems'
mtas\t'Hosts of telephone adapters'
endpoints\t'Hosts of endpoints'
blocked\t'Modems whose customer devices get no address any more'
cmts\t'CMTS'
pools\t'Pools that vanish or answer nobody any more'
routers\t'Pools whose router changes'
leases\t'Active leases that no range holds any more'
access-lists\t'Access lists of named and chrony that become empty'
names\t'Names of devices that are still there'
files\t'Boot files that are removed'
no-file\t'Devices that have no valid boot file'
network-access\t'Boot files whose NetworkAccess becomes 0'
flows\t'Boot files that lose flows or rates'
settings\t'Boot files that lose a configfile\'s settings'
key-file\t'Boot files that are signed with another secret'"
complete -c provha -n "__fish_provha_using_subcommand db; and __fish_seen_subcommand_from sample" -l restart-hold -d 'Delay a restart of dhcpd up to this long while its failover peer does not serve [default: PROVHA__RESTART_HOLD]' -r
complete -c provha -n "__fish_provha_using_subcommand db; and __fish_seen_subcommand_from sample" -l reason -d 'Why this is done: kept with the generation or the mute' -r
complete -c provha -n "__fish_provha_using_subcommand db; and __fish_seen_subcommand_from sample" -l color -d 'Use colour' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set or TERM is dumb'
always\t'Always'
never\t'Never'"
complete -c provha -n "__fish_provha_using_subcommand db; and __fish_seen_subcommand_from sample" -l dry-run -d 'Check everything and list what would change, but change nothing'
complete -c provha -n "__fish_provha_using_subcommand db; and __fish_seen_subcommand_from sample" -l diff -d 'Like --dry-run, and show the changed lines'
complete -c provha -n "__fish_provha_using_subcommand db; and __fish_seen_subcommand_from sample" -l exit-code -d 'With --dry-run or --diff: exit with 10 if changes are pending'
complete -c provha -n "__fish_provha_using_subcommand db; and __fish_seen_subcommand_from sample" -l no-activate -d 'Write files, but restart no daemon and contact no host except the database'
complete -c provha -n "__fish_provha_using_subcommand db; and __fish_seen_subcommand_from sample" -l strict -d 'Refuse the run (exit 3) if there are findings'
complete -c provha -n "__fish_provha_using_subcommand db; and __fish_seen_subcommand_from sample" -l allow-empty-pools -d 'Allow this run to remove pools that have active leases'
complete -c provha -n "__fish_provha_using_subcommand db; and __fish_seen_subcommand_from sample" -l drain -d 'Let the leases of pools that shrank or are gone go on, but give no new ones there, until the last of them has ended'
complete -c provha -n "__fish_provha_using_subcommand db; and __fish_seen_subcommand_from sample" -l accept-older-database -d 'Make the database live although what is live was made of newer values'
complete -c provha -n "__fish_provha_using_subcommand db; and __fish_seen_subcommand_from sample" -l json -d 'Print the result as one JSON object on stdout'
complete -c provha -n "__fish_provha_using_subcommand db; and __fish_seen_subcommand_from sample" -s q -l quiet -d 'Print warnings and errors only'
complete -c provha -n "__fish_provha_using_subcommand db; and __fish_seen_subcommand_from sample" -s v -l verbose -d 'Print more details'
complete -c provha -n "__fish_provha_using_subcommand db; and __fish_seen_subcommand_from sample" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c provha -n "__fish_provha_using_subcommand support" -l out -d 'File to make: FILE.tar.zst' -r -F
complete -c provha -n "__fish_provha_using_subcommand support" -l device -d 'Only this device (id, MAC or host name) and what belongs to it; may be repeated [default: what findings name, and the first rows]' -r
complete -c provha -n "__fish_provha_using_subcommand support" -l rows -d 'Rows per table without a finding, and per kind of finding' -r
complete -c provha -n "__fish_provha_using_subcommand support" -l env-dir -d 'Directory of the env files [default: /etc/nmsprime/env]' -r -F
complete -c provha -n "__fish_provha_using_subcommand support" -l root -d 'Directory used in place of /, like DESTDIR' -r -F
complete -c provha -n "__fish_provha_using_subcommand support" -l db -d 'Database: mysql://user@host[,host2][:port]/db, mysql:///db?socket=PATH or sqlite:PATH. Missing parts come from the DB_* keys' -r
complete -c provha -n "__fish_provha_using_subcommand support" -l role -d 'Role of this machine; overrides PROVHA__OWN_STATE' -r -f -a "master\t'Runs the GUI and writes the database; failover primary'
slave\t'Only reads the database; failover secondary'
standalone\t'One machine without a peer'"
complete -c provha -n "__fish_provha_using_subcommand support" -l lock-wait -d 'Wait up to this long for another run to end' -r
complete -c provha -n "__fish_provha_using_subcommand support" -l max-removed-percent -d 'Allow this run to remove up to this share of the live hosts' -r
complete -c provha -n "__fish_provha_using_subcommand support" -l max-quarantined-percent -d 'Allow this run to leave out up to this share of the rows' -r
complete -c provha -n "__fish_provha_using_subcommand support" -l allow -d 'Allow this run what the guard rails name, such as modems,leases' -r -f -a "all\t'Everything below'
hosts\t'Hosts of all kinds'
modems\t'Hosts of modems'
mtas\t'Hosts of telephone adapters'
endpoints\t'Hosts of endpoints'
blocked\t'Modems whose customer devices get no address any more'
cmts\t'CMTS'
pools\t'Pools that vanish or answer nobody any more'
routers\t'Pools whose router changes'
leases\t'Active leases that no range holds any more'
access-lists\t'Access lists of named and chrony that become empty'
names\t'Names of devices that are still there'
files\t'Boot files that are removed'
no-file\t'Devices that have no valid boot file'
network-access\t'Boot files whose NetworkAccess becomes 0'
flows\t'Boot files that lose flows or rates'
settings\t'Boot files that lose a configfile\'s settings'
key-file\t'Boot files that are signed with another secret'"
complete -c provha -n "__fish_provha_using_subcommand support" -l restart-hold -d 'Delay a restart of dhcpd up to this long while its failover peer does not serve [default: PROVHA__RESTART_HOLD]' -r
complete -c provha -n "__fish_provha_using_subcommand support" -l reason -d 'Why this is done: kept with the generation or the mute' -r
complete -c provha -n "__fish_provha_using_subcommand support" -l color -d 'Use colour' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set or TERM is dumb'
always\t'Always'
never\t'Never'"
complete -c provha -n "__fish_provha_using_subcommand support" -l dry-run -d 'Check everything and list what would change, but change nothing'
complete -c provha -n "__fish_provha_using_subcommand support" -l diff -d 'Like --dry-run, and show the changed lines'
complete -c provha -n "__fish_provha_using_subcommand support" -l exit-code -d 'With --dry-run or --diff: exit with 10 if changes are pending'
complete -c provha -n "__fish_provha_using_subcommand support" -l no-activate -d 'Write files, but restart no daemon and contact no host except the database'
complete -c provha -n "__fish_provha_using_subcommand support" -l strict -d 'Refuse the run (exit 3) if there are findings'
complete -c provha -n "__fish_provha_using_subcommand support" -l allow-empty-pools -d 'Allow this run to remove pools that have active leases'
complete -c provha -n "__fish_provha_using_subcommand support" -l drain -d 'Let the leases of pools that shrank or are gone go on, but give no new ones there, until the last of them has ended'
complete -c provha -n "__fish_provha_using_subcommand support" -l accept-older-database -d 'Make the database live although what is live was made of newer values'
complete -c provha -n "__fish_provha_using_subcommand support" -l json -d 'Print the result as one JSON object on stdout'
complete -c provha -n "__fish_provha_using_subcommand support" -s q -l quiet -d 'Print warnings and errors only'
complete -c provha -n "__fish_provha_using_subcommand support" -s v -l verbose -d 'Print more details'
complete -c provha -n "__fish_provha_using_subcommand support" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c provha -n "__fish_provha_using_subcommand pair; and not __fish_seen_subcommand_from help leave join" -l env-dir -d 'Directory of the env files [default: /etc/nmsprime/env]' -r -F
complete -c provha -n "__fish_provha_using_subcommand pair; and not __fish_seen_subcommand_from help leave join" -l root -d 'Directory used in place of /, like DESTDIR' -r -F
complete -c provha -n "__fish_provha_using_subcommand pair; and not __fish_seen_subcommand_from help leave join" -l db -d 'Database: mysql://user@host[,host2][:port]/db, mysql:///db?socket=PATH or sqlite:PATH. Missing parts come from the DB_* keys' -r
complete -c provha -n "__fish_provha_using_subcommand pair; and not __fish_seen_subcommand_from help leave join" -l role -d 'Role of this machine; overrides PROVHA__OWN_STATE' -r -f -a "master\t'Runs the GUI and writes the database; failover primary'
slave\t'Only reads the database; failover secondary'
standalone\t'One machine without a peer'"
complete -c provha -n "__fish_provha_using_subcommand pair; and not __fish_seen_subcommand_from help leave join" -l lock-wait -d 'Wait up to this long for another run to end' -r
complete -c provha -n "__fish_provha_using_subcommand pair; and not __fish_seen_subcommand_from help leave join" -l max-removed-percent -d 'Allow this run to remove up to this share of the live hosts' -r
complete -c provha -n "__fish_provha_using_subcommand pair; and not __fish_seen_subcommand_from help leave join" -l max-quarantined-percent -d 'Allow this run to leave out up to this share of the rows' -r
complete -c provha -n "__fish_provha_using_subcommand pair; and not __fish_seen_subcommand_from help leave join" -l allow -d 'Allow this run what the guard rails name, such as modems,leases' -r -f -a "all\t'Everything below'
hosts\t'Hosts of all kinds'
modems\t'Hosts of modems'
mtas\t'Hosts of telephone adapters'
endpoints\t'Hosts of endpoints'
blocked\t'Modems whose customer devices get no address any more'
cmts\t'CMTS'
pools\t'Pools that vanish or answer nobody any more'
routers\t'Pools whose router changes'
leases\t'Active leases that no range holds any more'
access-lists\t'Access lists of named and chrony that become empty'
names\t'Names of devices that are still there'
files\t'Boot files that are removed'
no-file\t'Devices that have no valid boot file'
network-access\t'Boot files whose NetworkAccess becomes 0'
flows\t'Boot files that lose flows or rates'
settings\t'Boot files that lose a configfile\'s settings'
key-file\t'Boot files that are signed with another secret'"
complete -c provha -n "__fish_provha_using_subcommand pair; and not __fish_seen_subcommand_from help leave join" -l restart-hold -d 'Delay a restart of dhcpd up to this long while its failover peer does not serve [default: PROVHA__RESTART_HOLD]' -r
complete -c provha -n "__fish_provha_using_subcommand pair; and not __fish_seen_subcommand_from help leave join" -l reason -d 'Why this is done: kept with the generation or the mute' -r
complete -c provha -n "__fish_provha_using_subcommand pair; and not __fish_seen_subcommand_from help leave join" -l color -d 'Use colour' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set or TERM is dumb'
always\t'Always'
never\t'Never'"
complete -c provha -n "__fish_provha_using_subcommand pair; and not __fish_seen_subcommand_from help leave join" -l dry-run -d 'Check everything and list what would change, but change nothing'
complete -c provha -n "__fish_provha_using_subcommand pair; and not __fish_seen_subcommand_from help leave join" -l diff -d 'Like --dry-run, and show the changed lines'
complete -c provha -n "__fish_provha_using_subcommand pair; and not __fish_seen_subcommand_from help leave join" -l exit-code -d 'With --dry-run or --diff: exit with 10 if changes are pending'
complete -c provha -n "__fish_provha_using_subcommand pair; and not __fish_seen_subcommand_from help leave join" -l no-activate -d 'Write files, but restart no daemon and contact no host except the database'
complete -c provha -n "__fish_provha_using_subcommand pair; and not __fish_seen_subcommand_from help leave join" -l strict -d 'Refuse the run (exit 3) if there are findings'
complete -c provha -n "__fish_provha_using_subcommand pair; and not __fish_seen_subcommand_from help leave join" -l allow-empty-pools -d 'Allow this run to remove pools that have active leases'
complete -c provha -n "__fish_provha_using_subcommand pair; and not __fish_seen_subcommand_from help leave join" -l drain -d 'Let the leases of pools that shrank or are gone go on, but give no new ones there, until the last of them has ended'
complete -c provha -n "__fish_provha_using_subcommand pair; and not __fish_seen_subcommand_from help leave join" -l accept-older-database -d 'Make the database live although what is live was made of newer values'
complete -c provha -n "__fish_provha_using_subcommand pair; and not __fish_seen_subcommand_from help leave join" -l json -d 'Print the result as one JSON object on stdout'
complete -c provha -n "__fish_provha_using_subcommand pair; and not __fish_seen_subcommand_from help leave join" -s q -l quiet -d 'Print warnings and errors only'
complete -c provha -n "__fish_provha_using_subcommand pair; and not __fish_seen_subcommand_from help leave join" -s v -l verbose -d 'Print more details'
complete -c provha -n "__fish_provha_using_subcommand pair; and not __fish_seen_subcommand_from help leave join" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c provha -n "__fish_provha_using_subcommand pair; and not __fish_seen_subcommand_from help leave join" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c provha -n "__fish_provha_using_subcommand pair; and not __fish_seen_subcommand_from help leave join" -f -a "leave" -d 'Serve without the peer from now on'
complete -c provha -n "__fish_provha_using_subcommand pair; and not __fish_seen_subcommand_from help leave join" -f -a "join" -d 'Serve as one of a pair from now on'
complete -c provha -n "__fish_provha_using_subcommand pair; and __fish_seen_subcommand_from help" -f -a "leave" -d 'Serve without the peer from now on'
complete -c provha -n "__fish_provha_using_subcommand pair; and __fish_seen_subcommand_from help" -f -a "join" -d 'Serve as one of a pair from now on'
complete -c provha -n "__fish_provha_using_subcommand pair; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c provha -n "__fish_provha_using_subcommand pair; and __fish_seen_subcommand_from leave" -l env-dir -d 'Directory of the env files [default: /etc/nmsprime/env]' -r -F
complete -c provha -n "__fish_provha_using_subcommand pair; and __fish_seen_subcommand_from leave" -l root -d 'Directory used in place of /, like DESTDIR' -r -F
complete -c provha -n "__fish_provha_using_subcommand pair; and __fish_seen_subcommand_from leave" -l db -d 'Database: mysql://user@host[,host2][:port]/db, mysql:///db?socket=PATH or sqlite:PATH. Missing parts come from the DB_* keys' -r
complete -c provha -n "__fish_provha_using_subcommand pair; and __fish_seen_subcommand_from leave" -l role -d 'Role of this machine; overrides PROVHA__OWN_STATE' -r -f -a "master\t'Runs the GUI and writes the database; failover primary'
slave\t'Only reads the database; failover secondary'
standalone\t'One machine without a peer'"
complete -c provha -n "__fish_provha_using_subcommand pair; and __fish_seen_subcommand_from leave" -l lock-wait -d 'Wait up to this long for another run to end' -r
complete -c provha -n "__fish_provha_using_subcommand pair; and __fish_seen_subcommand_from leave" -l max-removed-percent -d 'Allow this run to remove up to this share of the live hosts' -r
complete -c provha -n "__fish_provha_using_subcommand pair; and __fish_seen_subcommand_from leave" -l max-quarantined-percent -d 'Allow this run to leave out up to this share of the rows' -r
complete -c provha -n "__fish_provha_using_subcommand pair; and __fish_seen_subcommand_from leave" -l allow -d 'Allow this run what the guard rails name, such as modems,leases' -r -f -a "all\t'Everything below'
hosts\t'Hosts of all kinds'
modems\t'Hosts of modems'
mtas\t'Hosts of telephone adapters'
endpoints\t'Hosts of endpoints'
blocked\t'Modems whose customer devices get no address any more'
cmts\t'CMTS'
pools\t'Pools that vanish or answer nobody any more'
routers\t'Pools whose router changes'
leases\t'Active leases that no range holds any more'
access-lists\t'Access lists of named and chrony that become empty'
names\t'Names of devices that are still there'
files\t'Boot files that are removed'
no-file\t'Devices that have no valid boot file'
network-access\t'Boot files whose NetworkAccess becomes 0'
flows\t'Boot files that lose flows or rates'
settings\t'Boot files that lose a configfile\'s settings'
key-file\t'Boot files that are signed with another secret'"
complete -c provha -n "__fish_provha_using_subcommand pair; and __fish_seen_subcommand_from leave" -l restart-hold -d 'Delay a restart of dhcpd up to this long while its failover peer does not serve [default: PROVHA__RESTART_HOLD]' -r
complete -c provha -n "__fish_provha_using_subcommand pair; and __fish_seen_subcommand_from leave" -l reason -d 'Why this is done: kept with the generation or the mute' -r
complete -c provha -n "__fish_provha_using_subcommand pair; and __fish_seen_subcommand_from leave" -l color -d 'Use colour' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set or TERM is dumb'
always\t'Always'
never\t'Never'"
complete -c provha -n "__fish_provha_using_subcommand pair; and __fish_seen_subcommand_from leave" -l yes -d 'Yes, the peer is off and stays off'
complete -c provha -n "__fish_provha_using_subcommand pair; and __fish_seen_subcommand_from leave" -l dry-run -d 'Check everything and list what would change, but change nothing'
complete -c provha -n "__fish_provha_using_subcommand pair; and __fish_seen_subcommand_from leave" -l diff -d 'Like --dry-run, and show the changed lines'
complete -c provha -n "__fish_provha_using_subcommand pair; and __fish_seen_subcommand_from leave" -l exit-code -d 'With --dry-run or --diff: exit with 10 if changes are pending'
complete -c provha -n "__fish_provha_using_subcommand pair; and __fish_seen_subcommand_from leave" -l no-activate -d 'Write files, but restart no daemon and contact no host except the database'
complete -c provha -n "__fish_provha_using_subcommand pair; and __fish_seen_subcommand_from leave" -l strict -d 'Refuse the run (exit 3) if there are findings'
complete -c provha -n "__fish_provha_using_subcommand pair; and __fish_seen_subcommand_from leave" -l allow-empty-pools -d 'Allow this run to remove pools that have active leases'
complete -c provha -n "__fish_provha_using_subcommand pair; and __fish_seen_subcommand_from leave" -l drain -d 'Let the leases of pools that shrank or are gone go on, but give no new ones there, until the last of them has ended'
complete -c provha -n "__fish_provha_using_subcommand pair; and __fish_seen_subcommand_from leave" -l accept-older-database -d 'Make the database live although what is live was made of newer values'
complete -c provha -n "__fish_provha_using_subcommand pair; and __fish_seen_subcommand_from leave" -l json -d 'Print the result as one JSON object on stdout'
complete -c provha -n "__fish_provha_using_subcommand pair; and __fish_seen_subcommand_from leave" -s q -l quiet -d 'Print warnings and errors only'
complete -c provha -n "__fish_provha_using_subcommand pair; and __fish_seen_subcommand_from leave" -s v -l verbose -d 'Print more details'
complete -c provha -n "__fish_provha_using_subcommand pair; and __fish_seen_subcommand_from leave" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c provha -n "__fish_provha_using_subcommand pair; and __fish_seen_subcommand_from join" -l env-dir -d 'Directory of the env files [default: /etc/nmsprime/env]' -r -F
complete -c provha -n "__fish_provha_using_subcommand pair; and __fish_seen_subcommand_from join" -l root -d 'Directory used in place of /, like DESTDIR' -r -F
complete -c provha -n "__fish_provha_using_subcommand pair; and __fish_seen_subcommand_from join" -l db -d 'Database: mysql://user@host[,host2][:port]/db, mysql:///db?socket=PATH or sqlite:PATH. Missing parts come from the DB_* keys' -r
complete -c provha -n "__fish_provha_using_subcommand pair; and __fish_seen_subcommand_from join" -l role -d 'Role of this machine; overrides PROVHA__OWN_STATE' -r -f -a "master\t'Runs the GUI and writes the database; failover primary'
slave\t'Only reads the database; failover secondary'
standalone\t'One machine without a peer'"
complete -c provha -n "__fish_provha_using_subcommand pair; and __fish_seen_subcommand_from join" -l lock-wait -d 'Wait up to this long for another run to end' -r
complete -c provha -n "__fish_provha_using_subcommand pair; and __fish_seen_subcommand_from join" -l max-removed-percent -d 'Allow this run to remove up to this share of the live hosts' -r
complete -c provha -n "__fish_provha_using_subcommand pair; and __fish_seen_subcommand_from join" -l max-quarantined-percent -d 'Allow this run to leave out up to this share of the rows' -r
complete -c provha -n "__fish_provha_using_subcommand pair; and __fish_seen_subcommand_from join" -l allow -d 'Allow this run what the guard rails name, such as modems,leases' -r -f -a "all\t'Everything below'
hosts\t'Hosts of all kinds'
modems\t'Hosts of modems'
mtas\t'Hosts of telephone adapters'
endpoints\t'Hosts of endpoints'
blocked\t'Modems whose customer devices get no address any more'
cmts\t'CMTS'
pools\t'Pools that vanish or answer nobody any more'
routers\t'Pools whose router changes'
leases\t'Active leases that no range holds any more'
access-lists\t'Access lists of named and chrony that become empty'
names\t'Names of devices that are still there'
files\t'Boot files that are removed'
no-file\t'Devices that have no valid boot file'
network-access\t'Boot files whose NetworkAccess becomes 0'
flows\t'Boot files that lose flows or rates'
settings\t'Boot files that lose a configfile\'s settings'
key-file\t'Boot files that are signed with another secret'"
complete -c provha -n "__fish_provha_using_subcommand pair; and __fish_seen_subcommand_from join" -l restart-hold -d 'Delay a restart of dhcpd up to this long while its failover peer does not serve [default: PROVHA__RESTART_HOLD]' -r
complete -c provha -n "__fish_provha_using_subcommand pair; and __fish_seen_subcommand_from join" -l reason -d 'Why this is done: kept with the generation or the mute' -r
complete -c provha -n "__fish_provha_using_subcommand pair; and __fish_seen_subcommand_from join" -l color -d 'Use colour' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set or TERM is dumb'
always\t'Always'
never\t'Never'"
complete -c provha -n "__fish_provha_using_subcommand pair; and __fish_seen_subcommand_from join" -l start-alone -d 'Although the peer is away: nobody is served for 15 s, and after that only if the peer is proved dead'
complete -c provha -n "__fish_provha_using_subcommand pair; and __fish_seen_subcommand_from join" -l dry-run -d 'Check everything and list what would change, but change nothing'
complete -c provha -n "__fish_provha_using_subcommand pair; and __fish_seen_subcommand_from join" -l diff -d 'Like --dry-run, and show the changed lines'
complete -c provha -n "__fish_provha_using_subcommand pair; and __fish_seen_subcommand_from join" -l exit-code -d 'With --dry-run or --diff: exit with 10 if changes are pending'
complete -c provha -n "__fish_provha_using_subcommand pair; and __fish_seen_subcommand_from join" -l no-activate -d 'Write files, but restart no daemon and contact no host except the database'
complete -c provha -n "__fish_provha_using_subcommand pair; and __fish_seen_subcommand_from join" -l strict -d 'Refuse the run (exit 3) if there are findings'
complete -c provha -n "__fish_provha_using_subcommand pair; and __fish_seen_subcommand_from join" -l allow-empty-pools -d 'Allow this run to remove pools that have active leases'
complete -c provha -n "__fish_provha_using_subcommand pair; and __fish_seen_subcommand_from join" -l drain -d 'Let the leases of pools that shrank or are gone go on, but give no new ones there, until the last of them has ended'
complete -c provha -n "__fish_provha_using_subcommand pair; and __fish_seen_subcommand_from join" -l accept-older-database -d 'Make the database live although what is live was made of newer values'
complete -c provha -n "__fish_provha_using_subcommand pair; and __fish_seen_subcommand_from join" -l json -d 'Print the result as one JSON object on stdout'
complete -c provha -n "__fish_provha_using_subcommand pair; and __fish_seen_subcommand_from join" -s q -l quiet -d 'Print warnings and errors only'
complete -c provha -n "__fish_provha_using_subcommand pair; and __fish_seen_subcommand_from join" -s v -l verbose -d 'Print more details'
complete -c provha -n "__fish_provha_using_subcommand pair; and __fish_seen_subcommand_from join" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c provha -n "__fish_provha_using_subcommand probe" -l format -d 'Output format [default: human]' -r -f -a "icinga\t'Monitoring plugin: Icinga, Nagios, Naemon'"
complete -c provha -n "__fish_provha_using_subcommand probe" -l env-dir -d 'Directory of the env files [default: /etc/nmsprime/env]' -r -F
complete -c provha -n "__fish_provha_using_subcommand probe" -l root -d 'Directory used in place of /, like DESTDIR' -r -F
complete -c provha -n "__fish_provha_using_subcommand probe" -l db -d 'Database: mysql://user@host[,host2][:port]/db, mysql:///db?socket=PATH or sqlite:PATH. Missing parts come from the DB_* keys' -r
complete -c provha -n "__fish_provha_using_subcommand probe" -l role -d 'Role of this machine; overrides PROVHA__OWN_STATE' -r -f -a "master\t'Runs the GUI and writes the database; failover primary'
slave\t'Only reads the database; failover secondary'
standalone\t'One machine without a peer'"
complete -c provha -n "__fish_provha_using_subcommand probe" -l lock-wait -d 'Wait up to this long for another run to end' -r
complete -c provha -n "__fish_provha_using_subcommand probe" -l max-removed-percent -d 'Allow this run to remove up to this share of the live hosts' -r
complete -c provha -n "__fish_provha_using_subcommand probe" -l max-quarantined-percent -d 'Allow this run to leave out up to this share of the rows' -r
complete -c provha -n "__fish_provha_using_subcommand probe" -l allow -d 'Allow this run what the guard rails name, such as modems,leases' -r -f -a "all\t'Everything below'
hosts\t'Hosts of all kinds'
modems\t'Hosts of modems'
mtas\t'Hosts of telephone adapters'
endpoints\t'Hosts of endpoints'
blocked\t'Modems whose customer devices get no address any more'
cmts\t'CMTS'
pools\t'Pools that vanish or answer nobody any more'
routers\t'Pools whose router changes'
leases\t'Active leases that no range holds any more'
access-lists\t'Access lists of named and chrony that become empty'
names\t'Names of devices that are still there'
files\t'Boot files that are removed'
no-file\t'Devices that have no valid boot file'
network-access\t'Boot files whose NetworkAccess becomes 0'
flows\t'Boot files that lose flows or rates'
settings\t'Boot files that lose a configfile\'s settings'
key-file\t'Boot files that are signed with another secret'"
complete -c provha -n "__fish_provha_using_subcommand probe" -l restart-hold -d 'Delay a restart of dhcpd up to this long while its failover peer does not serve [default: PROVHA__RESTART_HOLD]' -r
complete -c provha -n "__fish_provha_using_subcommand probe" -l reason -d 'Why this is done: kept with the generation or the mute' -r
complete -c provha -n "__fish_provha_using_subcommand probe" -l color -d 'Use colour' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set or TERM is dumb'
always\t'Always'
never\t'Never'"
complete -c provha -n "__fish_provha_using_subcommand probe" -l discover -d 'Ask for a device without a lease as well: dhcpd keeps an address for it for two minutes'
complete -c provha -n "__fish_provha_using_subcommand probe" -l dry-run -d 'Check everything and list what would change, but change nothing'
complete -c provha -n "__fish_provha_using_subcommand probe" -l diff -d 'Like --dry-run, and show the changed lines'
complete -c provha -n "__fish_provha_using_subcommand probe" -l exit-code -d 'With --dry-run or --diff: exit with 10 if changes are pending'
complete -c provha -n "__fish_provha_using_subcommand probe" -l no-activate -d 'Write files, but restart no daemon and contact no host except the database'
complete -c provha -n "__fish_provha_using_subcommand probe" -l strict -d 'Refuse the run (exit 3) if there are findings'
complete -c provha -n "__fish_provha_using_subcommand probe" -l allow-empty-pools -d 'Allow this run to remove pools that have active leases'
complete -c provha -n "__fish_provha_using_subcommand probe" -l drain -d 'Let the leases of pools that shrank or are gone go on, but give no new ones there, until the last of them has ended'
complete -c provha -n "__fish_provha_using_subcommand probe" -l accept-older-database -d 'Make the database live although what is live was made of newer values'
complete -c provha -n "__fish_provha_using_subcommand probe" -l json -d 'Print the result as one JSON object on stdout'
complete -c provha -n "__fish_provha_using_subcommand probe" -s q -l quiet -d 'Print warnings and errors only'
complete -c provha -n "__fish_provha_using_subcommand probe" -s v -l verbose -d 'Print more details'
complete -c provha -n "__fish_provha_using_subcommand probe" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c provha -n "__fish_provha_using_subcommand leases" -l at -d 'Only who had it at this time: \'2026-11-29 03:00\', \'03:00\', \'-2h\'' -r
complete -c provha -n "__fish_provha_using_subcommand leases" -l env-dir -d 'Directory of the env files [default: /etc/nmsprime/env]' -r -F
complete -c provha -n "__fish_provha_using_subcommand leases" -l root -d 'Directory used in place of /, like DESTDIR' -r -F
complete -c provha -n "__fish_provha_using_subcommand leases" -l db -d 'Database: mysql://user@host[,host2][:port]/db, mysql:///db?socket=PATH or sqlite:PATH. Missing parts come from the DB_* keys' -r
complete -c provha -n "__fish_provha_using_subcommand leases" -l role -d 'Role of this machine; overrides PROVHA__OWN_STATE' -r -f -a "master\t'Runs the GUI and writes the database; failover primary'
slave\t'Only reads the database; failover secondary'
standalone\t'One machine without a peer'"
complete -c provha -n "__fish_provha_using_subcommand leases" -l lock-wait -d 'Wait up to this long for another run to end' -r
complete -c provha -n "__fish_provha_using_subcommand leases" -l max-removed-percent -d 'Allow this run to remove up to this share of the live hosts' -r
complete -c provha -n "__fish_provha_using_subcommand leases" -l max-quarantined-percent -d 'Allow this run to leave out up to this share of the rows' -r
complete -c provha -n "__fish_provha_using_subcommand leases" -l allow -d 'Allow this run what the guard rails name, such as modems,leases' -r -f -a "all\t'Everything below'
hosts\t'Hosts of all kinds'
modems\t'Hosts of modems'
mtas\t'Hosts of telephone adapters'
endpoints\t'Hosts of endpoints'
blocked\t'Modems whose customer devices get no address any more'
cmts\t'CMTS'
pools\t'Pools that vanish or answer nobody any more'
routers\t'Pools whose router changes'
leases\t'Active leases that no range holds any more'
access-lists\t'Access lists of named and chrony that become empty'
names\t'Names of devices that are still there'
files\t'Boot files that are removed'
no-file\t'Devices that have no valid boot file'
network-access\t'Boot files whose NetworkAccess becomes 0'
flows\t'Boot files that lose flows or rates'
settings\t'Boot files that lose a configfile\'s settings'
key-file\t'Boot files that are signed with another secret'"
complete -c provha -n "__fish_provha_using_subcommand leases" -l restart-hold -d 'Delay a restart of dhcpd up to this long while its failover peer does not serve [default: PROVHA__RESTART_HOLD]' -r
complete -c provha -n "__fish_provha_using_subcommand leases" -l reason -d 'Why this is done: kept with the generation or the mute' -r
complete -c provha -n "__fish_provha_using_subcommand leases" -l color -d 'Use colour' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set or TERM is dumb'
always\t'Always'
never\t'Never'"
complete -c provha -n "__fish_provha_using_subcommand leases" -l local -d 'Do not ask the peer'
complete -c provha -n "__fish_provha_using_subcommand leases" -l dry-run -d 'Check everything and list what would change, but change nothing'
complete -c provha -n "__fish_provha_using_subcommand leases" -l diff -d 'Like --dry-run, and show the changed lines'
complete -c provha -n "__fish_provha_using_subcommand leases" -l exit-code -d 'With --dry-run or --diff: exit with 10 if changes are pending'
complete -c provha -n "__fish_provha_using_subcommand leases" -l no-activate -d 'Write files, but restart no daemon and contact no host except the database'
complete -c provha -n "__fish_provha_using_subcommand leases" -l strict -d 'Refuse the run (exit 3) if there are findings'
complete -c provha -n "__fish_provha_using_subcommand leases" -l allow-empty-pools -d 'Allow this run to remove pools that have active leases'
complete -c provha -n "__fish_provha_using_subcommand leases" -l drain -d 'Let the leases of pools that shrank or are gone go on, but give no new ones there, until the last of them has ended'
complete -c provha -n "__fish_provha_using_subcommand leases" -l accept-older-database -d 'Make the database live although what is live was made of newer values'
complete -c provha -n "__fish_provha_using_subcommand leases" -l json -d 'Print the result as one JSON object on stdout'
complete -c provha -n "__fish_provha_using_subcommand leases" -s q -l quiet -d 'Print warnings and errors only'
complete -c provha -n "__fish_provha_using_subcommand leases" -s v -l verbose -d 'Print more details'
complete -c provha -n "__fish_provha_using_subcommand leases" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c provha -n "__fish_provha_using_subcommand log" -l env-dir -d 'Directory of the env files [default: /etc/nmsprime/env]' -r -F
complete -c provha -n "__fish_provha_using_subcommand log" -l root -d 'Directory used in place of /, like DESTDIR' -r -F
complete -c provha -n "__fish_provha_using_subcommand log" -l db -d 'Database: mysql://user@host[,host2][:port]/db, mysql:///db?socket=PATH or sqlite:PATH. Missing parts come from the DB_* keys' -r
complete -c provha -n "__fish_provha_using_subcommand log" -l role -d 'Role of this machine; overrides PROVHA__OWN_STATE' -r -f -a "master\t'Runs the GUI and writes the database; failover primary'
slave\t'Only reads the database; failover secondary'
standalone\t'One machine without a peer'"
complete -c provha -n "__fish_provha_using_subcommand log" -l lock-wait -d 'Wait up to this long for another run to end' -r
complete -c provha -n "__fish_provha_using_subcommand log" -l max-removed-percent -d 'Allow this run to remove up to this share of the live hosts' -r
complete -c provha -n "__fish_provha_using_subcommand log" -l max-quarantined-percent -d 'Allow this run to leave out up to this share of the rows' -r
complete -c provha -n "__fish_provha_using_subcommand log" -l allow -d 'Allow this run what the guard rails name, such as modems,leases' -r -f -a "all\t'Everything below'
hosts\t'Hosts of all kinds'
modems\t'Hosts of modems'
mtas\t'Hosts of telephone adapters'
endpoints\t'Hosts of endpoints'
blocked\t'Modems whose customer devices get no address any more'
cmts\t'CMTS'
pools\t'Pools that vanish or answer nobody any more'
routers\t'Pools whose router changes'
leases\t'Active leases that no range holds any more'
access-lists\t'Access lists of named and chrony that become empty'
names\t'Names of devices that are still there'
files\t'Boot files that are removed'
no-file\t'Devices that have no valid boot file'
network-access\t'Boot files whose NetworkAccess becomes 0'
flows\t'Boot files that lose flows or rates'
settings\t'Boot files that lose a configfile\'s settings'
key-file\t'Boot files that are signed with another secret'"
complete -c provha -n "__fish_provha_using_subcommand log" -l restart-hold -d 'Delay a restart of dhcpd up to this long while its failover peer does not serve [default: PROVHA__RESTART_HOLD]' -r
complete -c provha -n "__fish_provha_using_subcommand log" -l reason -d 'Why this is done: kept with the generation or the mute' -r
complete -c provha -n "__fish_provha_using_subcommand log" -l color -d 'Use colour' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set or TERM is dumb'
always\t'Always'
never\t'Never'"
complete -c provha -n "__fish_provha_using_subcommand log" -l dry-run -d 'Check everything and list what would change, but change nothing'
complete -c provha -n "__fish_provha_using_subcommand log" -l diff -d 'Like --dry-run, and show the changed lines'
complete -c provha -n "__fish_provha_using_subcommand log" -l exit-code -d 'With --dry-run or --diff: exit with 10 if changes are pending'
complete -c provha -n "__fish_provha_using_subcommand log" -l no-activate -d 'Write files, but restart no daemon and contact no host except the database'
complete -c provha -n "__fish_provha_using_subcommand log" -l strict -d 'Refuse the run (exit 3) if there are findings'
complete -c provha -n "__fish_provha_using_subcommand log" -l allow-empty-pools -d 'Allow this run to remove pools that have active leases'
complete -c provha -n "__fish_provha_using_subcommand log" -l drain -d 'Let the leases of pools that shrank or are gone go on, but give no new ones there, until the last of them has ended'
complete -c provha -n "__fish_provha_using_subcommand log" -l accept-older-database -d 'Make the database live although what is live was made of newer values'
complete -c provha -n "__fish_provha_using_subcommand log" -l json -d 'Print the result as one JSON object on stdout'
complete -c provha -n "__fish_provha_using_subcommand log" -s q -l quiet -d 'Print warnings and errors only'
complete -c provha -n "__fish_provha_using_subcommand log" -s v -l verbose -d 'Print more details'
complete -c provha -n "__fish_provha_using_subcommand log" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c provha -n "__fish_provha_using_subcommand rollback" -l env-dir -d 'Directory of the env files [default: /etc/nmsprime/env]' -r -F
complete -c provha -n "__fish_provha_using_subcommand rollback" -l root -d 'Directory used in place of /, like DESTDIR' -r -F
complete -c provha -n "__fish_provha_using_subcommand rollback" -l db -d 'Database: mysql://user@host[,host2][:port]/db, mysql:///db?socket=PATH or sqlite:PATH. Missing parts come from the DB_* keys' -r
complete -c provha -n "__fish_provha_using_subcommand rollback" -l role -d 'Role of this machine; overrides PROVHA__OWN_STATE' -r -f -a "master\t'Runs the GUI and writes the database; failover primary'
slave\t'Only reads the database; failover secondary'
standalone\t'One machine without a peer'"
complete -c provha -n "__fish_provha_using_subcommand rollback" -l lock-wait -d 'Wait up to this long for another run to end' -r
complete -c provha -n "__fish_provha_using_subcommand rollback" -l max-removed-percent -d 'Allow this run to remove up to this share of the live hosts' -r
complete -c provha -n "__fish_provha_using_subcommand rollback" -l max-quarantined-percent -d 'Allow this run to leave out up to this share of the rows' -r
complete -c provha -n "__fish_provha_using_subcommand rollback" -l allow -d 'Allow this run what the guard rails name, such as modems,leases' -r -f -a "all\t'Everything below'
hosts\t'Hosts of all kinds'
modems\t'Hosts of modems'
mtas\t'Hosts of telephone adapters'
endpoints\t'Hosts of endpoints'
blocked\t'Modems whose customer devices get no address any more'
cmts\t'CMTS'
pools\t'Pools that vanish or answer nobody any more'
routers\t'Pools whose router changes'
leases\t'Active leases that no range holds any more'
access-lists\t'Access lists of named and chrony that become empty'
names\t'Names of devices that are still there'
files\t'Boot files that are removed'
no-file\t'Devices that have no valid boot file'
network-access\t'Boot files whose NetworkAccess becomes 0'
flows\t'Boot files that lose flows or rates'
settings\t'Boot files that lose a configfile\'s settings'
key-file\t'Boot files that are signed with another secret'"
complete -c provha -n "__fish_provha_using_subcommand rollback" -l restart-hold -d 'Delay a restart of dhcpd up to this long while its failover peer does not serve [default: PROVHA__RESTART_HOLD]' -r
complete -c provha -n "__fish_provha_using_subcommand rollback" -l reason -d 'Why this is done: kept with the generation or the mute' -r
complete -c provha -n "__fish_provha_using_subcommand rollback" -l color -d 'Use colour' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set or TERM is dumb'
always\t'Always'
never\t'Never'"
complete -c provha -n "__fish_provha_using_subcommand rollback" -l dry-run -d 'Check everything and list what would change, but change nothing'
complete -c provha -n "__fish_provha_using_subcommand rollback" -l diff -d 'Like --dry-run, and show the changed lines'
complete -c provha -n "__fish_provha_using_subcommand rollback" -l exit-code -d 'With --dry-run or --diff: exit with 10 if changes are pending'
complete -c provha -n "__fish_provha_using_subcommand rollback" -l no-activate -d 'Write files, but restart no daemon and contact no host except the database'
complete -c provha -n "__fish_provha_using_subcommand rollback" -l strict -d 'Refuse the run (exit 3) if there are findings'
complete -c provha -n "__fish_provha_using_subcommand rollback" -l allow-empty-pools -d 'Allow this run to remove pools that have active leases'
complete -c provha -n "__fish_provha_using_subcommand rollback" -l drain -d 'Let the leases of pools that shrank or are gone go on, but give no new ones there, until the last of them has ended'
complete -c provha -n "__fish_provha_using_subcommand rollback" -l accept-older-database -d 'Make the database live although what is live was made of newer values'
complete -c provha -n "__fish_provha_using_subcommand rollback" -l json -d 'Print the result as one JSON object on stdout'
complete -c provha -n "__fish_provha_using_subcommand rollback" -s q -l quiet -d 'Print warnings and errors only'
complete -c provha -n "__fish_provha_using_subcommand rollback" -s v -l verbose -d 'Print more details'
complete -c provha -n "__fish_provha_using_subcommand rollback" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c provha -n "__fish_provha_using_subcommand diff" -l env-dir -d 'Directory of the env files [default: /etc/nmsprime/env]' -r -F
complete -c provha -n "__fish_provha_using_subcommand diff" -l root -d 'Directory used in place of /, like DESTDIR' -r -F
complete -c provha -n "__fish_provha_using_subcommand diff" -l db -d 'Database: mysql://user@host[,host2][:port]/db, mysql:///db?socket=PATH or sqlite:PATH. Missing parts come from the DB_* keys' -r
complete -c provha -n "__fish_provha_using_subcommand diff" -l role -d 'Role of this machine; overrides PROVHA__OWN_STATE' -r -f -a "master\t'Runs the GUI and writes the database; failover primary'
slave\t'Only reads the database; failover secondary'
standalone\t'One machine without a peer'"
complete -c provha -n "__fish_provha_using_subcommand diff" -l lock-wait -d 'Wait up to this long for another run to end' -r
complete -c provha -n "__fish_provha_using_subcommand diff" -l max-removed-percent -d 'Allow this run to remove up to this share of the live hosts' -r
complete -c provha -n "__fish_provha_using_subcommand diff" -l max-quarantined-percent -d 'Allow this run to leave out up to this share of the rows' -r
complete -c provha -n "__fish_provha_using_subcommand diff" -l allow -d 'Allow this run what the guard rails name, such as modems,leases' -r -f -a "all\t'Everything below'
hosts\t'Hosts of all kinds'
modems\t'Hosts of modems'
mtas\t'Hosts of telephone adapters'
endpoints\t'Hosts of endpoints'
blocked\t'Modems whose customer devices get no address any more'
cmts\t'CMTS'
pools\t'Pools that vanish or answer nobody any more'
routers\t'Pools whose router changes'
leases\t'Active leases that no range holds any more'
access-lists\t'Access lists of named and chrony that become empty'
names\t'Names of devices that are still there'
files\t'Boot files that are removed'
no-file\t'Devices that have no valid boot file'
network-access\t'Boot files whose NetworkAccess becomes 0'
flows\t'Boot files that lose flows or rates'
settings\t'Boot files that lose a configfile\'s settings'
key-file\t'Boot files that are signed with another secret'"
complete -c provha -n "__fish_provha_using_subcommand diff" -l restart-hold -d 'Delay a restart of dhcpd up to this long while its failover peer does not serve [default: PROVHA__RESTART_HOLD]' -r
complete -c provha -n "__fish_provha_using_subcommand diff" -l reason -d 'Why this is done: kept with the generation or the mute' -r
complete -c provha -n "__fish_provha_using_subcommand diff" -l color -d 'Use colour' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set or TERM is dumb'
always\t'Always'
never\t'Never'"
complete -c provha -n "__fish_provha_using_subcommand diff" -l dry-run -d 'Check everything and list what would change, but change nothing'
complete -c provha -n "__fish_provha_using_subcommand diff" -l diff -d 'Like --dry-run, and show the changed lines'
complete -c provha -n "__fish_provha_using_subcommand diff" -l exit-code -d 'With --dry-run or --diff: exit with 10 if changes are pending'
complete -c provha -n "__fish_provha_using_subcommand diff" -l no-activate -d 'Write files, but restart no daemon and contact no host except the database'
complete -c provha -n "__fish_provha_using_subcommand diff" -l strict -d 'Refuse the run (exit 3) if there are findings'
complete -c provha -n "__fish_provha_using_subcommand diff" -l allow-empty-pools -d 'Allow this run to remove pools that have active leases'
complete -c provha -n "__fish_provha_using_subcommand diff" -l drain -d 'Let the leases of pools that shrank or are gone go on, but give no new ones there, until the last of them has ended'
complete -c provha -n "__fish_provha_using_subcommand diff" -l accept-older-database -d 'Make the database live although what is live was made of newer values'
complete -c provha -n "__fish_provha_using_subcommand diff" -l json -d 'Print the result as one JSON object on stdout'
complete -c provha -n "__fish_provha_using_subcommand diff" -s q -l quiet -d 'Print warnings and errors only'
complete -c provha -n "__fish_provha_using_subcommand diff" -s v -l verbose -d 'Print more details'
complete -c provha -n "__fish_provha_using_subcommand diff" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c provha -n "__fish_provha_using_subcommand docsis; and not __fish_seen_subcommand_from help encode decode verify check describe diff" -l env-dir -d 'Directory of the env files [default: /etc/nmsprime/env]' -r -F
complete -c provha -n "__fish_provha_using_subcommand docsis; and not __fish_seen_subcommand_from help encode decode verify check describe diff" -l root -d 'Directory used in place of /, like DESTDIR' -r -F
complete -c provha -n "__fish_provha_using_subcommand docsis; and not __fish_seen_subcommand_from help encode decode verify check describe diff" -l db -d 'Database: mysql://user@host[,host2][:port]/db, mysql:///db?socket=PATH or sqlite:PATH. Missing parts come from the DB_* keys' -r
complete -c provha -n "__fish_provha_using_subcommand docsis; and not __fish_seen_subcommand_from help encode decode verify check describe diff" -l role -d 'Role of this machine; overrides PROVHA__OWN_STATE' -r -f -a "master\t'Runs the GUI and writes the database; failover primary'
slave\t'Only reads the database; failover secondary'
standalone\t'One machine without a peer'"
complete -c provha -n "__fish_provha_using_subcommand docsis; and not __fish_seen_subcommand_from help encode decode verify check describe diff" -l lock-wait -d 'Wait up to this long for another run to end' -r
complete -c provha -n "__fish_provha_using_subcommand docsis; and not __fish_seen_subcommand_from help encode decode verify check describe diff" -l max-removed-percent -d 'Allow this run to remove up to this share of the live hosts' -r
complete -c provha -n "__fish_provha_using_subcommand docsis; and not __fish_seen_subcommand_from help encode decode verify check describe diff" -l max-quarantined-percent -d 'Allow this run to leave out up to this share of the rows' -r
complete -c provha -n "__fish_provha_using_subcommand docsis; and not __fish_seen_subcommand_from help encode decode verify check describe diff" -l allow -d 'Allow this run what the guard rails name, such as modems,leases' -r -f -a "all\t'Everything below'
hosts\t'Hosts of all kinds'
modems\t'Hosts of modems'
mtas\t'Hosts of telephone adapters'
endpoints\t'Hosts of endpoints'
blocked\t'Modems whose customer devices get no address any more'
cmts\t'CMTS'
pools\t'Pools that vanish or answer nobody any more'
routers\t'Pools whose router changes'
leases\t'Active leases that no range holds any more'
access-lists\t'Access lists of named and chrony that become empty'
names\t'Names of devices that are still there'
files\t'Boot files that are removed'
no-file\t'Devices that have no valid boot file'
network-access\t'Boot files whose NetworkAccess becomes 0'
flows\t'Boot files that lose flows or rates'
settings\t'Boot files that lose a configfile\'s settings'
key-file\t'Boot files that are signed with another secret'"
complete -c provha -n "__fish_provha_using_subcommand docsis; and not __fish_seen_subcommand_from help encode decode verify check describe diff" -l restart-hold -d 'Delay a restart of dhcpd up to this long while its failover peer does not serve [default: PROVHA__RESTART_HOLD]' -r
complete -c provha -n "__fish_provha_using_subcommand docsis; and not __fish_seen_subcommand_from help encode decode verify check describe diff" -l reason -d 'Why this is done: kept with the generation or the mute' -r
complete -c provha -n "__fish_provha_using_subcommand docsis; and not __fish_seen_subcommand_from help encode decode verify check describe diff" -l color -d 'Use colour' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set or TERM is dumb'
always\t'Always'
never\t'Never'"
complete -c provha -n "__fish_provha_using_subcommand docsis; and not __fish_seen_subcommand_from help encode decode verify check describe diff" -l dry-run -d 'Check everything and list what would change, but change nothing'
complete -c provha -n "__fish_provha_using_subcommand docsis; and not __fish_seen_subcommand_from help encode decode verify check describe diff" -l diff -d 'Like --dry-run, and show the changed lines'
complete -c provha -n "__fish_provha_using_subcommand docsis; and not __fish_seen_subcommand_from help encode decode verify check describe diff" -l exit-code -d 'With --dry-run or --diff: exit with 10 if changes are pending'
complete -c provha -n "__fish_provha_using_subcommand docsis; and not __fish_seen_subcommand_from help encode decode verify check describe diff" -l no-activate -d 'Write files, but restart no daemon and contact no host except the database'
complete -c provha -n "__fish_provha_using_subcommand docsis; and not __fish_seen_subcommand_from help encode decode verify check describe diff" -l strict -d 'Refuse the run (exit 3) if there are findings'
complete -c provha -n "__fish_provha_using_subcommand docsis; and not __fish_seen_subcommand_from help encode decode verify check describe diff" -l allow-empty-pools -d 'Allow this run to remove pools that have active leases'
complete -c provha -n "__fish_provha_using_subcommand docsis; and not __fish_seen_subcommand_from help encode decode verify check describe diff" -l drain -d 'Let the leases of pools that shrank or are gone go on, but give no new ones there, until the last of them has ended'
complete -c provha -n "__fish_provha_using_subcommand docsis; and not __fish_seen_subcommand_from help encode decode verify check describe diff" -l accept-older-database -d 'Make the database live although what is live was made of newer values'
complete -c provha -n "__fish_provha_using_subcommand docsis; and not __fish_seen_subcommand_from help encode decode verify check describe diff" -l json -d 'Print the result as one JSON object on stdout'
complete -c provha -n "__fish_provha_using_subcommand docsis; and not __fish_seen_subcommand_from help encode decode verify check describe diff" -s q -l quiet -d 'Print warnings and errors only'
complete -c provha -n "__fish_provha_using_subcommand docsis; and not __fish_seen_subcommand_from help encode decode verify check describe diff" -s v -l verbose -d 'Print more details'
complete -c provha -n "__fish_provha_using_subcommand docsis; and not __fish_seen_subcommand_from help encode decode verify check describe diff" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c provha -n "__fish_provha_using_subcommand docsis; and not __fish_seen_subcommand_from help encode decode verify check describe diff" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c provha -n "__fish_provha_using_subcommand docsis; and not __fish_seen_subcommand_from help encode decode verify check describe diff" -f -a "encode" -d 'Encode a text, or the JSON of decode, into a binary'
complete -c provha -n "__fish_provha_using_subcommand docsis; and not __fish_seen_subcommand_from help encode decode verify check describe diff" -f -a "decode" -d 'Decode a binary into text; with --json into a tree of settings'
complete -c provha -n "__fish_provha_using_subcommand docsis; and not __fish_seen_subcommand_from help encode decode verify check describe diff" -f -a "verify" -d 'Check the MICs, the structure, the hash and the meaning of a binary'
complete -c provha -n "__fish_provha_using_subcommand docsis; and not __fish_seen_subcommand_from help encode decode verify check describe diff" -f -a "check" -d 'Check the meaning of texts and binaries: no wrong service passes'
complete -c provha -n "__fish_provha_using_subcommand docsis; and not __fish_seen_subcommand_from help encode decode verify check describe diff" -f -a "describe" -d 'Tell what a setting or an SNMP object is: code, type, limits, version'
complete -c provha -n "__fish_provha_using_subcommand docsis; and not __fish_seen_subcommand_from help encode decode verify check describe diff" -f -a "diff" -d 'Say what changes between two binaries; with --exit-code: exit 10 where they differ'
complete -c provha -n "__fish_provha_using_subcommand docsis; and __fish_seen_subcommand_from help" -f -a "encode" -d 'Encode a text, or the JSON of decode, into a binary'
complete -c provha -n "__fish_provha_using_subcommand docsis; and __fish_seen_subcommand_from help" -f -a "decode" -d 'Decode a binary into text; with --json into a tree of settings'
complete -c provha -n "__fish_provha_using_subcommand docsis; and __fish_seen_subcommand_from help" -f -a "verify" -d 'Check the MICs, the structure, the hash and the meaning of a binary'
complete -c provha -n "__fish_provha_using_subcommand docsis; and __fish_seen_subcommand_from help" -f -a "check" -d 'Check the meaning of texts and binaries: no wrong service passes'
complete -c provha -n "__fish_provha_using_subcommand docsis; and __fish_seen_subcommand_from help" -f -a "describe" -d 'Tell what a setting or an SNMP object is: code, type, limits, version'
complete -c provha -n "__fish_provha_using_subcommand docsis; and __fish_seen_subcommand_from help" -f -a "diff" -d 'Say what changes between two binaries; with --exit-code: exit 10 where they differ'
complete -c provha -n "__fish_provha_using_subcommand docsis; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c provha -n "__fish_provha_using_subcommand docsis; and __fish_seen_subcommand_from encode" -l hash -d 'Configuration hash that is added' -r -f -a "eu\t'EuroPacketCable'
na\t'PacketCable, North America'
none\t'None'"
complete -c provha -n "__fish_provha_using_subcommand docsis; and __fish_seen_subcommand_from encode" -l dialplan -d 'Dial plan that is added' -r -F
complete -c provha -n "__fish_provha_using_subcommand docsis; and __fish_seen_subcommand_from encode" -l keyfile -d 'File with the secret shared with the CMTS [default: an empty secret]' -r -F
complete -c provha -n "__fish_provha_using_subcommand docsis; and __fish_seen_subcommand_from encode" -l allow -d 'Rules of the check that are silenced; `docsis check --rules` lists them' -r
complete -c provha -n "__fish_provha_using_subcommand docsis; and __fish_seen_subcommand_from encode" -l mib-dir -d 'Directory of MIB files; may be given several times' -r -F
complete -c provha -n "__fish_provha_using_subcommand docsis; and __fish_seen_subcommand_from encode" -l out-dir -d 'Directory that gets NAME.cfg for each input; every file named is an input then, and of a directory all that end in .conf, .txt or .json' -r -F
complete -c provha -n "__fish_provha_using_subcommand docsis; and __fish_seen_subcommand_from encode" -l env-dir -d 'Directory of the env files [default: /etc/nmsprime/env]' -r -F
complete -c provha -n "__fish_provha_using_subcommand docsis; and __fish_seen_subcommand_from encode" -l root -d 'Directory used in place of /, like DESTDIR' -r -F
complete -c provha -n "__fish_provha_using_subcommand docsis; and __fish_seen_subcommand_from encode" -l db -d 'Database: mysql://user@host[,host2][:port]/db, mysql:///db?socket=PATH or sqlite:PATH. Missing parts come from the DB_* keys' -r
complete -c provha -n "__fish_provha_using_subcommand docsis; and __fish_seen_subcommand_from encode" -l role -d 'Role of this machine; overrides PROVHA__OWN_STATE' -r -f -a "master\t'Runs the GUI and writes the database; failover primary'
slave\t'Only reads the database; failover secondary'
standalone\t'One machine without a peer'"
complete -c provha -n "__fish_provha_using_subcommand docsis; and __fish_seen_subcommand_from encode" -l lock-wait -d 'Wait up to this long for another run to end' -r
complete -c provha -n "__fish_provha_using_subcommand docsis; and __fish_seen_subcommand_from encode" -l max-removed-percent -d 'Allow this run to remove up to this share of the live hosts' -r
complete -c provha -n "__fish_provha_using_subcommand docsis; and __fish_seen_subcommand_from encode" -l max-quarantined-percent -d 'Allow this run to leave out up to this share of the rows' -r
complete -c provha -n "__fish_provha_using_subcommand docsis; and __fish_seen_subcommand_from encode" -l restart-hold -d 'Delay a restart of dhcpd up to this long while its failover peer does not serve [default: PROVHA__RESTART_HOLD]' -r
complete -c provha -n "__fish_provha_using_subcommand docsis; and __fish_seen_subcommand_from encode" -l reason -d 'Why this is done: kept with the generation or the mute' -r
complete -c provha -n "__fish_provha_using_subcommand docsis; and __fish_seen_subcommand_from encode" -l color -d 'Use colour' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set or TERM is dumb'
always\t'Always'
never\t'Never'"
complete -c provha -n "__fish_provha_using_subcommand docsis; and __fish_seen_subcommand_from encode" -l mta -d 'For a telephone adapter: no MICs, no end marker'
complete -c provha -n "__fish_provha_using_subcommand docsis; and __fish_seen_subcommand_from encode" -l lenient -d 'Drop what does not fit, with a warning, as the reference encoder does'
complete -c provha -n "__fish_provha_using_subcommand docsis; and __fish_seen_subcommand_from encode" -l dry-run -d 'Check everything and list what would change, but change nothing'
complete -c provha -n "__fish_provha_using_subcommand docsis; and __fish_seen_subcommand_from encode" -l diff -d 'Like --dry-run, and show the changed lines'
complete -c provha -n "__fish_provha_using_subcommand docsis; and __fish_seen_subcommand_from encode" -l exit-code -d 'With --dry-run or --diff: exit with 10 if changes are pending'
complete -c provha -n "__fish_provha_using_subcommand docsis; and __fish_seen_subcommand_from encode" -l no-activate -d 'Write files, but restart no daemon and contact no host except the database'
complete -c provha -n "__fish_provha_using_subcommand docsis; and __fish_seen_subcommand_from encode" -l strict -d 'Refuse the run (exit 3) if there are findings'
complete -c provha -n "__fish_provha_using_subcommand docsis; and __fish_seen_subcommand_from encode" -l allow-empty-pools -d 'Allow this run to remove pools that have active leases'
complete -c provha -n "__fish_provha_using_subcommand docsis; and __fish_seen_subcommand_from encode" -l drain -d 'Let the leases of pools that shrank or are gone go on, but give no new ones there, until the last of them has ended'
complete -c provha -n "__fish_provha_using_subcommand docsis; and __fish_seen_subcommand_from encode" -l accept-older-database -d 'Make the database live although what is live was made of newer values'
complete -c provha -n "__fish_provha_using_subcommand docsis; and __fish_seen_subcommand_from encode" -l json -d 'Print the result as one JSON object on stdout'
complete -c provha -n "__fish_provha_using_subcommand docsis; and __fish_seen_subcommand_from encode" -s q -l quiet -d 'Print warnings and errors only'
complete -c provha -n "__fish_provha_using_subcommand docsis; and __fish_seen_subcommand_from encode" -s v -l verbose -d 'Print more details'
complete -c provha -n "__fish_provha_using_subcommand docsis; and __fish_seen_subcommand_from encode" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c provha -n "__fish_provha_using_subcommand docsis; and __fish_seen_subcommand_from decode" -l digit-map -d 'Write a digit map to this file and name it, as the reference does' -r -F
complete -c provha -n "__fish_provha_using_subcommand docsis; and __fish_seen_subcommand_from decode" -l mib-dir -d 'Directory of MIB files; may be given several times' -r -F
complete -c provha -n "__fish_provha_using_subcommand docsis; and __fish_seen_subcommand_from decode" -l env-dir -d 'Directory of the env files [default: /etc/nmsprime/env]' -r -F
complete -c provha -n "__fish_provha_using_subcommand docsis; and __fish_seen_subcommand_from decode" -l root -d 'Directory used in place of /, like DESTDIR' -r -F
complete -c provha -n "__fish_provha_using_subcommand docsis; and __fish_seen_subcommand_from decode" -l db -d 'Database: mysql://user@host[,host2][:port]/db, mysql:///db?socket=PATH or sqlite:PATH. Missing parts come from the DB_* keys' -r
complete -c provha -n "__fish_provha_using_subcommand docsis; and __fish_seen_subcommand_from decode" -l role -d 'Role of this machine; overrides PROVHA__OWN_STATE' -r -f -a "master\t'Runs the GUI and writes the database; failover primary'
slave\t'Only reads the database; failover secondary'
standalone\t'One machine without a peer'"
complete -c provha -n "__fish_provha_using_subcommand docsis; and __fish_seen_subcommand_from decode" -l lock-wait -d 'Wait up to this long for another run to end' -r
complete -c provha -n "__fish_provha_using_subcommand docsis; and __fish_seen_subcommand_from decode" -l max-removed-percent -d 'Allow this run to remove up to this share of the live hosts' -r
complete -c provha -n "__fish_provha_using_subcommand docsis; and __fish_seen_subcommand_from decode" -l max-quarantined-percent -d 'Allow this run to leave out up to this share of the rows' -r
complete -c provha -n "__fish_provha_using_subcommand docsis; and __fish_seen_subcommand_from decode" -l allow -d 'Allow this run what the guard rails name, such as modems,leases' -r -f -a "all\t'Everything below'
hosts\t'Hosts of all kinds'
modems\t'Hosts of modems'
mtas\t'Hosts of telephone adapters'
endpoints\t'Hosts of endpoints'
blocked\t'Modems whose customer devices get no address any more'
cmts\t'CMTS'
pools\t'Pools that vanish or answer nobody any more'
routers\t'Pools whose router changes'
leases\t'Active leases that no range holds any more'
access-lists\t'Access lists of named and chrony that become empty'
names\t'Names of devices that are still there'
files\t'Boot files that are removed'
no-file\t'Devices that have no valid boot file'
network-access\t'Boot files whose NetworkAccess becomes 0'
flows\t'Boot files that lose flows or rates'
settings\t'Boot files that lose a configfile\'s settings'
key-file\t'Boot files that are signed with another secret'"
complete -c provha -n "__fish_provha_using_subcommand docsis; and __fish_seen_subcommand_from decode" -l restart-hold -d 'Delay a restart of dhcpd up to this long while its failover peer does not serve [default: PROVHA__RESTART_HOLD]' -r
complete -c provha -n "__fish_provha_using_subcommand docsis; and __fish_seen_subcommand_from decode" -l reason -d 'Why this is done: kept with the generation or the mute' -r
complete -c provha -n "__fish_provha_using_subcommand docsis; and __fish_seen_subcommand_from decode" -l color -d 'Use colour' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set or TERM is dumb'
always\t'Always'
never\t'Never'"
complete -c provha -n "__fish_provha_using_subcommand docsis; and __fish_seen_subcommand_from decode" -l numeric-oids -d 'Object identifiers as numbers'
complete -c provha -n "__fish_provha_using_subcommand docsis; and __fish_seen_subcommand_from decode" -l explain -d 'Say more in comments: numbers in words, settings inside values, names of newer settings'
complete -c provha -n "__fish_provha_using_subcommand docsis; and __fish_seen_subcommand_from decode" -l dry-run -d 'Check everything and list what would change, but change nothing'
complete -c provha -n "__fish_provha_using_subcommand docsis; and __fish_seen_subcommand_from decode" -l diff -d 'Like --dry-run, and show the changed lines'
complete -c provha -n "__fish_provha_using_subcommand docsis; and __fish_seen_subcommand_from decode" -l exit-code -d 'With --dry-run or --diff: exit with 10 if changes are pending'
complete -c provha -n "__fish_provha_using_subcommand docsis; and __fish_seen_subcommand_from decode" -l no-activate -d 'Write files, but restart no daemon and contact no host except the database'
complete -c provha -n "__fish_provha_using_subcommand docsis; and __fish_seen_subcommand_from decode" -l strict -d 'Refuse the run (exit 3) if there are findings'
complete -c provha -n "__fish_provha_using_subcommand docsis; and __fish_seen_subcommand_from decode" -l allow-empty-pools -d 'Allow this run to remove pools that have active leases'
complete -c provha -n "__fish_provha_using_subcommand docsis; and __fish_seen_subcommand_from decode" -l drain -d 'Let the leases of pools that shrank or are gone go on, but give no new ones there, until the last of them has ended'
complete -c provha -n "__fish_provha_using_subcommand docsis; and __fish_seen_subcommand_from decode" -l accept-older-database -d 'Make the database live although what is live was made of newer values'
complete -c provha -n "__fish_provha_using_subcommand docsis; and __fish_seen_subcommand_from decode" -l json -d 'Print the result as one JSON object on stdout'
complete -c provha -n "__fish_provha_using_subcommand docsis; and __fish_seen_subcommand_from decode" -s q -l quiet -d 'Print warnings and errors only'
complete -c provha -n "__fish_provha_using_subcommand docsis; and __fish_seen_subcommand_from decode" -s v -l verbose -d 'Print more details'
complete -c provha -n "__fish_provha_using_subcommand docsis; and __fish_seen_subcommand_from decode" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c provha -n "__fish_provha_using_subcommand docsis; and __fish_seen_subcommand_from verify" -l keyfile -d 'File with the secret shared with the CMTS' -r -F
complete -c provha -n "__fish_provha_using_subcommand docsis; and __fish_seen_subcommand_from verify" -l allow -d 'Rules that are silenced; --rules of check lists them' -r
complete -c provha -n "__fish_provha_using_subcommand docsis; and __fish_seen_subcommand_from verify" -l env-dir -d 'Directory of the env files [default: /etc/nmsprime/env]' -r -F
complete -c provha -n "__fish_provha_using_subcommand docsis; and __fish_seen_subcommand_from verify" -l root -d 'Directory used in place of /, like DESTDIR' -r -F
complete -c provha -n "__fish_provha_using_subcommand docsis; and __fish_seen_subcommand_from verify" -l db -d 'Database: mysql://user@host[,host2][:port]/db, mysql:///db?socket=PATH or sqlite:PATH. Missing parts come from the DB_* keys' -r
complete -c provha -n "__fish_provha_using_subcommand docsis; and __fish_seen_subcommand_from verify" -l role -d 'Role of this machine; overrides PROVHA__OWN_STATE' -r -f -a "master\t'Runs the GUI and writes the database; failover primary'
slave\t'Only reads the database; failover secondary'
standalone\t'One machine without a peer'"
complete -c provha -n "__fish_provha_using_subcommand docsis; and __fish_seen_subcommand_from verify" -l lock-wait -d 'Wait up to this long for another run to end' -r
complete -c provha -n "__fish_provha_using_subcommand docsis; and __fish_seen_subcommand_from verify" -l max-removed-percent -d 'Allow this run to remove up to this share of the live hosts' -r
complete -c provha -n "__fish_provha_using_subcommand docsis; and __fish_seen_subcommand_from verify" -l max-quarantined-percent -d 'Allow this run to leave out up to this share of the rows' -r
complete -c provha -n "__fish_provha_using_subcommand docsis; and __fish_seen_subcommand_from verify" -l restart-hold -d 'Delay a restart of dhcpd up to this long while its failover peer does not serve [default: PROVHA__RESTART_HOLD]' -r
complete -c provha -n "__fish_provha_using_subcommand docsis; and __fish_seen_subcommand_from verify" -l reason -d 'Why this is done: kept with the generation or the mute' -r
complete -c provha -n "__fish_provha_using_subcommand docsis; and __fish_seen_subcommand_from verify" -l color -d 'Use colour' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set or TERM is dumb'
always\t'Always'
never\t'Never'"
complete -c provha -n "__fish_provha_using_subcommand docsis; and __fish_seen_subcommand_from verify" -l dry-run -d 'Check everything and list what would change, but change nothing'
complete -c provha -n "__fish_provha_using_subcommand docsis; and __fish_seen_subcommand_from verify" -l diff -d 'Like --dry-run, and show the changed lines'
complete -c provha -n "__fish_provha_using_subcommand docsis; and __fish_seen_subcommand_from verify" -l exit-code -d 'With --dry-run or --diff: exit with 10 if changes are pending'
complete -c provha -n "__fish_provha_using_subcommand docsis; and __fish_seen_subcommand_from verify" -l no-activate -d 'Write files, but restart no daemon and contact no host except the database'
complete -c provha -n "__fish_provha_using_subcommand docsis; and __fish_seen_subcommand_from verify" -l strict -d 'Refuse the run (exit 3) if there are findings'
complete -c provha -n "__fish_provha_using_subcommand docsis; and __fish_seen_subcommand_from verify" -l allow-empty-pools -d 'Allow this run to remove pools that have active leases'
complete -c provha -n "__fish_provha_using_subcommand docsis; and __fish_seen_subcommand_from verify" -l drain -d 'Let the leases of pools that shrank or are gone go on, but give no new ones there, until the last of them has ended'
complete -c provha -n "__fish_provha_using_subcommand docsis; and __fish_seen_subcommand_from verify" -l accept-older-database -d 'Make the database live although what is live was made of newer values'
complete -c provha -n "__fish_provha_using_subcommand docsis; and __fish_seen_subcommand_from verify" -l json -d 'Print the result as one JSON object on stdout'
complete -c provha -n "__fish_provha_using_subcommand docsis; and __fish_seen_subcommand_from verify" -s q -l quiet -d 'Print warnings and errors only'
complete -c provha -n "__fish_provha_using_subcommand docsis; and __fish_seen_subcommand_from verify" -s v -l verbose -d 'Print more details'
complete -c provha -n "__fish_provha_using_subcommand docsis; and __fish_seen_subcommand_from verify" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c provha -n "__fish_provha_using_subcommand docsis; and __fish_seen_subcommand_from check" -l allow -d 'Rules that are silenced' -r
complete -c provha -n "__fish_provha_using_subcommand docsis; and __fish_seen_subcommand_from check" -l docsis -d 'Version of the modems: settings that it does not know are told' -r
complete -c provha -n "__fish_provha_using_subcommand docsis; and __fish_seen_subcommand_from check" -l mib-dir -d 'Directory of MIB files; may be given several times' -r -F
complete -c provha -n "__fish_provha_using_subcommand docsis; and __fish_seen_subcommand_from check" -l env-dir -d 'Directory of the env files [default: /etc/nmsprime/env]' -r -F
complete -c provha -n "__fish_provha_using_subcommand docsis; and __fish_seen_subcommand_from check" -l root -d 'Directory used in place of /, like DESTDIR' -r -F
complete -c provha -n "__fish_provha_using_subcommand docsis; and __fish_seen_subcommand_from check" -l db -d 'Database: mysql://user@host[,host2][:port]/db, mysql:///db?socket=PATH or sqlite:PATH. Missing parts come from the DB_* keys' -r
complete -c provha -n "__fish_provha_using_subcommand docsis; and __fish_seen_subcommand_from check" -l role -d 'Role of this machine; overrides PROVHA__OWN_STATE' -r -f -a "master\t'Runs the GUI and writes the database; failover primary'
slave\t'Only reads the database; failover secondary'
standalone\t'One machine without a peer'"
complete -c provha -n "__fish_provha_using_subcommand docsis; and __fish_seen_subcommand_from check" -l lock-wait -d 'Wait up to this long for another run to end' -r
complete -c provha -n "__fish_provha_using_subcommand docsis; and __fish_seen_subcommand_from check" -l max-removed-percent -d 'Allow this run to remove up to this share of the live hosts' -r
complete -c provha -n "__fish_provha_using_subcommand docsis; and __fish_seen_subcommand_from check" -l max-quarantined-percent -d 'Allow this run to leave out up to this share of the rows' -r
complete -c provha -n "__fish_provha_using_subcommand docsis; and __fish_seen_subcommand_from check" -l restart-hold -d 'Delay a restart of dhcpd up to this long while its failover peer does not serve [default: PROVHA__RESTART_HOLD]' -r
complete -c provha -n "__fish_provha_using_subcommand docsis; and __fish_seen_subcommand_from check" -l reason -d 'Why this is done: kept with the generation or the mute' -r
complete -c provha -n "__fish_provha_using_subcommand docsis; and __fish_seen_subcommand_from check" -l color -d 'Use colour' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set or TERM is dumb'
always\t'Always'
never\t'Never'"
complete -c provha -n "__fish_provha_using_subcommand docsis; and __fish_seen_subcommand_from check" -l rules -d 'List the rules: name, severity, reason, source'
complete -c provha -n "__fish_provha_using_subcommand docsis; and __fish_seen_subcommand_from check" -l mta -d 'Texts are for telephone adapters'
complete -c provha -n "__fish_provha_using_subcommand docsis; and __fish_seen_subcommand_from check" -l dry-run -d 'Check everything and list what would change, but change nothing'
complete -c provha -n "__fish_provha_using_subcommand docsis; and __fish_seen_subcommand_from check" -l diff -d 'Like --dry-run, and show the changed lines'
complete -c provha -n "__fish_provha_using_subcommand docsis; and __fish_seen_subcommand_from check" -l exit-code -d 'With --dry-run or --diff: exit with 10 if changes are pending'
complete -c provha -n "__fish_provha_using_subcommand docsis; and __fish_seen_subcommand_from check" -l no-activate -d 'Write files, but restart no daemon and contact no host except the database'
complete -c provha -n "__fish_provha_using_subcommand docsis; and __fish_seen_subcommand_from check" -l strict -d 'Refuse the run (exit 3) if there are findings'
complete -c provha -n "__fish_provha_using_subcommand docsis; and __fish_seen_subcommand_from check" -l allow-empty-pools -d 'Allow this run to remove pools that have active leases'
complete -c provha -n "__fish_provha_using_subcommand docsis; and __fish_seen_subcommand_from check" -l drain -d 'Let the leases of pools that shrank or are gone go on, but give no new ones there, until the last of them has ended'
complete -c provha -n "__fish_provha_using_subcommand docsis; and __fish_seen_subcommand_from check" -l accept-older-database -d 'Make the database live although what is live was made of newer values'
complete -c provha -n "__fish_provha_using_subcommand docsis; and __fish_seen_subcommand_from check" -l json -d 'Print the result as one JSON object on stdout'
complete -c provha -n "__fish_provha_using_subcommand docsis; and __fish_seen_subcommand_from check" -s q -l quiet -d 'Print warnings and errors only'
complete -c provha -n "__fish_provha_using_subcommand docsis; and __fish_seen_subcommand_from check" -s v -l verbose -d 'Print more details'
complete -c provha -n "__fish_provha_using_subcommand docsis; and __fish_seen_subcommand_from check" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c provha -n "__fish_provha_using_subcommand docsis; and __fish_seen_subcommand_from describe" -l mib-dir -d 'Directory of MIB files; may be given several times' -r -F
complete -c provha -n "__fish_provha_using_subcommand docsis; and __fish_seen_subcommand_from describe" -l env-dir -d 'Directory of the env files [default: /etc/nmsprime/env]' -r -F
complete -c provha -n "__fish_provha_using_subcommand docsis; and __fish_seen_subcommand_from describe" -l root -d 'Directory used in place of /, like DESTDIR' -r -F
complete -c provha -n "__fish_provha_using_subcommand docsis; and __fish_seen_subcommand_from describe" -l db -d 'Database: mysql://user@host[,host2][:port]/db, mysql:///db?socket=PATH or sqlite:PATH. Missing parts come from the DB_* keys' -r
complete -c provha -n "__fish_provha_using_subcommand docsis; and __fish_seen_subcommand_from describe" -l role -d 'Role of this machine; overrides PROVHA__OWN_STATE' -r -f -a "master\t'Runs the GUI and writes the database; failover primary'
slave\t'Only reads the database; failover secondary'
standalone\t'One machine without a peer'"
complete -c provha -n "__fish_provha_using_subcommand docsis; and __fish_seen_subcommand_from describe" -l lock-wait -d 'Wait up to this long for another run to end' -r
complete -c provha -n "__fish_provha_using_subcommand docsis; and __fish_seen_subcommand_from describe" -l max-removed-percent -d 'Allow this run to remove up to this share of the live hosts' -r
complete -c provha -n "__fish_provha_using_subcommand docsis; and __fish_seen_subcommand_from describe" -l max-quarantined-percent -d 'Allow this run to leave out up to this share of the rows' -r
complete -c provha -n "__fish_provha_using_subcommand docsis; and __fish_seen_subcommand_from describe" -l allow -d 'Allow this run what the guard rails name, such as modems,leases' -r -f -a "all\t'Everything below'
hosts\t'Hosts of all kinds'
modems\t'Hosts of modems'
mtas\t'Hosts of telephone adapters'
endpoints\t'Hosts of endpoints'
blocked\t'Modems whose customer devices get no address any more'
cmts\t'CMTS'
pools\t'Pools that vanish or answer nobody any more'
routers\t'Pools whose router changes'
leases\t'Active leases that no range holds any more'
access-lists\t'Access lists of named and chrony that become empty'
names\t'Names of devices that are still there'
files\t'Boot files that are removed'
no-file\t'Devices that have no valid boot file'
network-access\t'Boot files whose NetworkAccess becomes 0'
flows\t'Boot files that lose flows or rates'
settings\t'Boot files that lose a configfile\'s settings'
key-file\t'Boot files that are signed with another secret'"
complete -c provha -n "__fish_provha_using_subcommand docsis; and __fish_seen_subcommand_from describe" -l restart-hold -d 'Delay a restart of dhcpd up to this long while its failover peer does not serve [default: PROVHA__RESTART_HOLD]' -r
complete -c provha -n "__fish_provha_using_subcommand docsis; and __fish_seen_subcommand_from describe" -l reason -d 'Why this is done: kept with the generation or the mute' -r
complete -c provha -n "__fish_provha_using_subcommand docsis; and __fish_seen_subcommand_from describe" -l color -d 'Use colour' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set or TERM is dumb'
always\t'Always'
never\t'Never'"
complete -c provha -n "__fish_provha_using_subcommand docsis; and __fish_seen_subcommand_from describe" -l dry-run -d 'Check everything and list what would change, but change nothing'
complete -c provha -n "__fish_provha_using_subcommand docsis; and __fish_seen_subcommand_from describe" -l diff -d 'Like --dry-run, and show the changed lines'
complete -c provha -n "__fish_provha_using_subcommand docsis; and __fish_seen_subcommand_from describe" -l exit-code -d 'With --dry-run or --diff: exit with 10 if changes are pending'
complete -c provha -n "__fish_provha_using_subcommand docsis; and __fish_seen_subcommand_from describe" -l no-activate -d 'Write files, but restart no daemon and contact no host except the database'
complete -c provha -n "__fish_provha_using_subcommand docsis; and __fish_seen_subcommand_from describe" -l strict -d 'Refuse the run (exit 3) if there are findings'
complete -c provha -n "__fish_provha_using_subcommand docsis; and __fish_seen_subcommand_from describe" -l allow-empty-pools -d 'Allow this run to remove pools that have active leases'
complete -c provha -n "__fish_provha_using_subcommand docsis; and __fish_seen_subcommand_from describe" -l drain -d 'Let the leases of pools that shrank or are gone go on, but give no new ones there, until the last of them has ended'
complete -c provha -n "__fish_provha_using_subcommand docsis; and __fish_seen_subcommand_from describe" -l accept-older-database -d 'Make the database live although what is live was made of newer values'
complete -c provha -n "__fish_provha_using_subcommand docsis; and __fish_seen_subcommand_from describe" -l json -d 'Print the result as one JSON object on stdout'
complete -c provha -n "__fish_provha_using_subcommand docsis; and __fish_seen_subcommand_from describe" -s q -l quiet -d 'Print warnings and errors only'
complete -c provha -n "__fish_provha_using_subcommand docsis; and __fish_seen_subcommand_from describe" -s v -l verbose -d 'Print more details'
complete -c provha -n "__fish_provha_using_subcommand docsis; and __fish_seen_subcommand_from describe" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c provha -n "__fish_provha_using_subcommand docsis; and __fish_seen_subcommand_from diff" -l mib-dir -d 'Directory of MIB files; may be given several times' -r -F
complete -c provha -n "__fish_provha_using_subcommand docsis; and __fish_seen_subcommand_from diff" -l env-dir -d 'Directory of the env files [default: /etc/nmsprime/env]' -r -F
complete -c provha -n "__fish_provha_using_subcommand docsis; and __fish_seen_subcommand_from diff" -l root -d 'Directory used in place of /, like DESTDIR' -r -F
complete -c provha -n "__fish_provha_using_subcommand docsis; and __fish_seen_subcommand_from diff" -l db -d 'Database: mysql://user@host[,host2][:port]/db, mysql:///db?socket=PATH or sqlite:PATH. Missing parts come from the DB_* keys' -r
complete -c provha -n "__fish_provha_using_subcommand docsis; and __fish_seen_subcommand_from diff" -l role -d 'Role of this machine; overrides PROVHA__OWN_STATE' -r -f -a "master\t'Runs the GUI and writes the database; failover primary'
slave\t'Only reads the database; failover secondary'
standalone\t'One machine without a peer'"
complete -c provha -n "__fish_provha_using_subcommand docsis; and __fish_seen_subcommand_from diff" -l lock-wait -d 'Wait up to this long for another run to end' -r
complete -c provha -n "__fish_provha_using_subcommand docsis; and __fish_seen_subcommand_from diff" -l max-removed-percent -d 'Allow this run to remove up to this share of the live hosts' -r
complete -c provha -n "__fish_provha_using_subcommand docsis; and __fish_seen_subcommand_from diff" -l max-quarantined-percent -d 'Allow this run to leave out up to this share of the rows' -r
complete -c provha -n "__fish_provha_using_subcommand docsis; and __fish_seen_subcommand_from diff" -l allow -d 'Allow this run what the guard rails name, such as modems,leases' -r -f -a "all\t'Everything below'
hosts\t'Hosts of all kinds'
modems\t'Hosts of modems'
mtas\t'Hosts of telephone adapters'
endpoints\t'Hosts of endpoints'
blocked\t'Modems whose customer devices get no address any more'
cmts\t'CMTS'
pools\t'Pools that vanish or answer nobody any more'
routers\t'Pools whose router changes'
leases\t'Active leases that no range holds any more'
access-lists\t'Access lists of named and chrony that become empty'
names\t'Names of devices that are still there'
files\t'Boot files that are removed'
no-file\t'Devices that have no valid boot file'
network-access\t'Boot files whose NetworkAccess becomes 0'
flows\t'Boot files that lose flows or rates'
settings\t'Boot files that lose a configfile\'s settings'
key-file\t'Boot files that are signed with another secret'"
complete -c provha -n "__fish_provha_using_subcommand docsis; and __fish_seen_subcommand_from diff" -l restart-hold -d 'Delay a restart of dhcpd up to this long while its failover peer does not serve [default: PROVHA__RESTART_HOLD]' -r
complete -c provha -n "__fish_provha_using_subcommand docsis; and __fish_seen_subcommand_from diff" -l reason -d 'Why this is done: kept with the generation or the mute' -r
complete -c provha -n "__fish_provha_using_subcommand docsis; and __fish_seen_subcommand_from diff" -l color -d 'Use colour' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set or TERM is dumb'
always\t'Always'
never\t'Never'"
complete -c provha -n "__fish_provha_using_subcommand docsis; and __fish_seen_subcommand_from diff" -l dry-run -d 'Check everything and list what would change, but change nothing'
complete -c provha -n "__fish_provha_using_subcommand docsis; and __fish_seen_subcommand_from diff" -l diff -d 'Like --dry-run, and show the changed lines'
complete -c provha -n "__fish_provha_using_subcommand docsis; and __fish_seen_subcommand_from diff" -l exit-code -d 'With --dry-run or --diff: exit with 10 if changes are pending'
complete -c provha -n "__fish_provha_using_subcommand docsis; and __fish_seen_subcommand_from diff" -l no-activate -d 'Write files, but restart no daemon and contact no host except the database'
complete -c provha -n "__fish_provha_using_subcommand docsis; and __fish_seen_subcommand_from diff" -l strict -d 'Refuse the run (exit 3) if there are findings'
complete -c provha -n "__fish_provha_using_subcommand docsis; and __fish_seen_subcommand_from diff" -l allow-empty-pools -d 'Allow this run to remove pools that have active leases'
complete -c provha -n "__fish_provha_using_subcommand docsis; and __fish_seen_subcommand_from diff" -l drain -d 'Let the leases of pools that shrank or are gone go on, but give no new ones there, until the last of them has ended'
complete -c provha -n "__fish_provha_using_subcommand docsis; and __fish_seen_subcommand_from diff" -l accept-older-database -d 'Make the database live although what is live was made of newer values'
complete -c provha -n "__fish_provha_using_subcommand docsis; and __fish_seen_subcommand_from diff" -l json -d 'Print the result as one JSON object on stdout'
complete -c provha -n "__fish_provha_using_subcommand docsis; and __fish_seen_subcommand_from diff" -s q -l quiet -d 'Print warnings and errors only'
complete -c provha -n "__fish_provha_using_subcommand docsis; and __fish_seen_subcommand_from diff" -s v -l verbose -d 'Print more details'
complete -c provha -n "__fish_provha_using_subcommand docsis; and __fish_seen_subcommand_from diff" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c provha -n "__fish_provha_using_subcommand sync-ha-master-files" -l env-dir -d 'Directory of the env files [default: /etc/nmsprime/env]' -r -F
complete -c provha -n "__fish_provha_using_subcommand sync-ha-master-files" -l root -d 'Directory used in place of /, like DESTDIR' -r -F
complete -c provha -n "__fish_provha_using_subcommand sync-ha-master-files" -l db -d 'Database: mysql://user@host[,host2][:port]/db, mysql:///db?socket=PATH or sqlite:PATH. Missing parts come from the DB_* keys' -r
complete -c provha -n "__fish_provha_using_subcommand sync-ha-master-files" -l role -d 'Role of this machine; overrides PROVHA__OWN_STATE' -r -f -a "master\t'Runs the GUI and writes the database; failover primary'
slave\t'Only reads the database; failover secondary'
standalone\t'One machine without a peer'"
complete -c provha -n "__fish_provha_using_subcommand sync-ha-master-files" -l lock-wait -d 'Wait up to this long for another run to end' -r
complete -c provha -n "__fish_provha_using_subcommand sync-ha-master-files" -l max-removed-percent -d 'Allow this run to remove up to this share of the live hosts' -r
complete -c provha -n "__fish_provha_using_subcommand sync-ha-master-files" -l max-quarantined-percent -d 'Allow this run to leave out up to this share of the rows' -r
complete -c provha -n "__fish_provha_using_subcommand sync-ha-master-files" -l allow -d 'Allow this run what the guard rails name, such as modems,leases' -r -f -a "all\t'Everything below'
hosts\t'Hosts of all kinds'
modems\t'Hosts of modems'
mtas\t'Hosts of telephone adapters'
endpoints\t'Hosts of endpoints'
blocked\t'Modems whose customer devices get no address any more'
cmts\t'CMTS'
pools\t'Pools that vanish or answer nobody any more'
routers\t'Pools whose router changes'
leases\t'Active leases that no range holds any more'
access-lists\t'Access lists of named and chrony that become empty'
names\t'Names of devices that are still there'
files\t'Boot files that are removed'
no-file\t'Devices that have no valid boot file'
network-access\t'Boot files whose NetworkAccess becomes 0'
flows\t'Boot files that lose flows or rates'
settings\t'Boot files that lose a configfile\'s settings'
key-file\t'Boot files that are signed with another secret'"
complete -c provha -n "__fish_provha_using_subcommand sync-ha-master-files" -l restart-hold -d 'Delay a restart of dhcpd up to this long while its failover peer does not serve [default: PROVHA__RESTART_HOLD]' -r
complete -c provha -n "__fish_provha_using_subcommand sync-ha-master-files" -l reason -d 'Why this is done: kept with the generation or the mute' -r
complete -c provha -n "__fish_provha_using_subcommand sync-ha-master-files" -l color -d 'Use colour' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set or TERM is dumb'
always\t'Always'
never\t'Never'"
complete -c provha -n "__fish_provha_using_subcommand sync-ha-master-files" -l dry-run -d 'Check everything and list what would change, but change nothing'
complete -c provha -n "__fish_provha_using_subcommand sync-ha-master-files" -l diff -d 'Like --dry-run, and show the changed lines'
complete -c provha -n "__fish_provha_using_subcommand sync-ha-master-files" -l exit-code -d 'With --dry-run or --diff: exit with 10 if changes are pending'
complete -c provha -n "__fish_provha_using_subcommand sync-ha-master-files" -l no-activate -d 'Write files, but restart no daemon and contact no host except the database'
complete -c provha -n "__fish_provha_using_subcommand sync-ha-master-files" -l strict -d 'Refuse the run (exit 3) if there are findings'
complete -c provha -n "__fish_provha_using_subcommand sync-ha-master-files" -l allow-empty-pools -d 'Allow this run to remove pools that have active leases'
complete -c provha -n "__fish_provha_using_subcommand sync-ha-master-files" -l drain -d 'Let the leases of pools that shrank or are gone go on, but give no new ones there, until the last of them has ended'
complete -c provha -n "__fish_provha_using_subcommand sync-ha-master-files" -l accept-older-database -d 'Make the database live although what is live was made of newer values'
complete -c provha -n "__fish_provha_using_subcommand sync-ha-master-files" -l json -d 'Print the result as one JSON object on stdout'
complete -c provha -n "__fish_provha_using_subcommand sync-ha-master-files" -s q -l quiet -d 'Print warnings and errors only'
complete -c provha -n "__fish_provha_using_subcommand sync-ha-master-files" -s v -l verbose -d 'Print more details'
complete -c provha -n "__fish_provha_using_subcommand sync-ha-master-files" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c provha -n "__fish_provha_using_subcommand clean-up-slave" -l env-dir -d 'Directory of the env files [default: /etc/nmsprime/env]' -r -F
complete -c provha -n "__fish_provha_using_subcommand clean-up-slave" -l root -d 'Directory used in place of /, like DESTDIR' -r -F
complete -c provha -n "__fish_provha_using_subcommand clean-up-slave" -l db -d 'Database: mysql://user@host[,host2][:port]/db, mysql:///db?socket=PATH or sqlite:PATH. Missing parts come from the DB_* keys' -r
complete -c provha -n "__fish_provha_using_subcommand clean-up-slave" -l role -d 'Role of this machine; overrides PROVHA__OWN_STATE' -r -f -a "master\t'Runs the GUI and writes the database; failover primary'
slave\t'Only reads the database; failover secondary'
standalone\t'One machine without a peer'"
complete -c provha -n "__fish_provha_using_subcommand clean-up-slave" -l lock-wait -d 'Wait up to this long for another run to end' -r
complete -c provha -n "__fish_provha_using_subcommand clean-up-slave" -l max-removed-percent -d 'Allow this run to remove up to this share of the live hosts' -r
complete -c provha -n "__fish_provha_using_subcommand clean-up-slave" -l max-quarantined-percent -d 'Allow this run to leave out up to this share of the rows' -r
complete -c provha -n "__fish_provha_using_subcommand clean-up-slave" -l allow -d 'Allow this run what the guard rails name, such as modems,leases' -r -f -a "all\t'Everything below'
hosts\t'Hosts of all kinds'
modems\t'Hosts of modems'
mtas\t'Hosts of telephone adapters'
endpoints\t'Hosts of endpoints'
blocked\t'Modems whose customer devices get no address any more'
cmts\t'CMTS'
pools\t'Pools that vanish or answer nobody any more'
routers\t'Pools whose router changes'
leases\t'Active leases that no range holds any more'
access-lists\t'Access lists of named and chrony that become empty'
names\t'Names of devices that are still there'
files\t'Boot files that are removed'
no-file\t'Devices that have no valid boot file'
network-access\t'Boot files whose NetworkAccess becomes 0'
flows\t'Boot files that lose flows or rates'
settings\t'Boot files that lose a configfile\'s settings'
key-file\t'Boot files that are signed with another secret'"
complete -c provha -n "__fish_provha_using_subcommand clean-up-slave" -l restart-hold -d 'Delay a restart of dhcpd up to this long while its failover peer does not serve [default: PROVHA__RESTART_HOLD]' -r
complete -c provha -n "__fish_provha_using_subcommand clean-up-slave" -l reason -d 'Why this is done: kept with the generation or the mute' -r
complete -c provha -n "__fish_provha_using_subcommand clean-up-slave" -l color -d 'Use colour' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set or TERM is dumb'
always\t'Always'
never\t'Never'"
complete -c provha -n "__fish_provha_using_subcommand clean-up-slave" -l restore -d 'Move everything back'
complete -c provha -n "__fish_provha_using_subcommand clean-up-slave" -l dry-run -d 'Check everything and list what would change, but change nothing'
complete -c provha -n "__fish_provha_using_subcommand clean-up-slave" -l diff -d 'Like --dry-run, and show the changed lines'
complete -c provha -n "__fish_provha_using_subcommand clean-up-slave" -l exit-code -d 'With --dry-run or --diff: exit with 10 if changes are pending'
complete -c provha -n "__fish_provha_using_subcommand clean-up-slave" -l no-activate -d 'Write files, but restart no daemon and contact no host except the database'
complete -c provha -n "__fish_provha_using_subcommand clean-up-slave" -l strict -d 'Refuse the run (exit 3) if there are findings'
complete -c provha -n "__fish_provha_using_subcommand clean-up-slave" -l allow-empty-pools -d 'Allow this run to remove pools that have active leases'
complete -c provha -n "__fish_provha_using_subcommand clean-up-slave" -l drain -d 'Let the leases of pools that shrank or are gone go on, but give no new ones there, until the last of them has ended'
complete -c provha -n "__fish_provha_using_subcommand clean-up-slave" -l accept-older-database -d 'Make the database live although what is live was made of newer values'
complete -c provha -n "__fish_provha_using_subcommand clean-up-slave" -l json -d 'Print the result as one JSON object on stdout'
complete -c provha -n "__fish_provha_using_subcommand clean-up-slave" -s q -l quiet -d 'Print warnings and errors only'
complete -c provha -n "__fish_provha_using_subcommand clean-up-slave" -s v -l verbose -d 'Print more details'
complete -c provha -n "__fish_provha_using_subcommand clean-up-slave" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c provha -n "__fish_provha_using_subcommand setup; and not __fish_seen_subcommand_from help master slave standalone undo hand-over check grants cmts icinga pair" -l env-dir -d 'Directory of the env files [default: /etc/nmsprime/env]' -r -F
complete -c provha -n "__fish_provha_using_subcommand setup; and not __fish_seen_subcommand_from help master slave standalone undo hand-over check grants cmts icinga pair" -l root -d 'Directory used in place of /, like DESTDIR' -r -F
complete -c provha -n "__fish_provha_using_subcommand setup; and not __fish_seen_subcommand_from help master slave standalone undo hand-over check grants cmts icinga pair" -l db -d 'Database: mysql://user@host[,host2][:port]/db, mysql:///db?socket=PATH or sqlite:PATH. Missing parts come from the DB_* keys' -r
complete -c provha -n "__fish_provha_using_subcommand setup; and not __fish_seen_subcommand_from help master slave standalone undo hand-over check grants cmts icinga pair" -l role -d 'Role of this machine; overrides PROVHA__OWN_STATE' -r -f -a "master\t'Runs the GUI and writes the database; failover primary'
slave\t'Only reads the database; failover secondary'
standalone\t'One machine without a peer'"
complete -c provha -n "__fish_provha_using_subcommand setup; and not __fish_seen_subcommand_from help master slave standalone undo hand-over check grants cmts icinga pair" -l lock-wait -d 'Wait up to this long for another run to end' -r
complete -c provha -n "__fish_provha_using_subcommand setup; and not __fish_seen_subcommand_from help master slave standalone undo hand-over check grants cmts icinga pair" -l max-removed-percent -d 'Allow this run to remove up to this share of the live hosts' -r
complete -c provha -n "__fish_provha_using_subcommand setup; and not __fish_seen_subcommand_from help master slave standalone undo hand-over check grants cmts icinga pair" -l max-quarantined-percent -d 'Allow this run to leave out up to this share of the rows' -r
complete -c provha -n "__fish_provha_using_subcommand setup; and not __fish_seen_subcommand_from help master slave standalone undo hand-over check grants cmts icinga pair" -l allow -d 'Allow this run what the guard rails name, such as modems,leases' -r -f -a "all\t'Everything below'
hosts\t'Hosts of all kinds'
modems\t'Hosts of modems'
mtas\t'Hosts of telephone adapters'
endpoints\t'Hosts of endpoints'
blocked\t'Modems whose customer devices get no address any more'
cmts\t'CMTS'
pools\t'Pools that vanish or answer nobody any more'
routers\t'Pools whose router changes'
leases\t'Active leases that no range holds any more'
access-lists\t'Access lists of named and chrony that become empty'
names\t'Names of devices that are still there'
files\t'Boot files that are removed'
no-file\t'Devices that have no valid boot file'
network-access\t'Boot files whose NetworkAccess becomes 0'
flows\t'Boot files that lose flows or rates'
settings\t'Boot files that lose a configfile\'s settings'
key-file\t'Boot files that are signed with another secret'"
complete -c provha -n "__fish_provha_using_subcommand setup; and not __fish_seen_subcommand_from help master slave standalone undo hand-over check grants cmts icinga pair" -l restart-hold -d 'Delay a restart of dhcpd up to this long while its failover peer does not serve [default: PROVHA__RESTART_HOLD]' -r
complete -c provha -n "__fish_provha_using_subcommand setup; and not __fish_seen_subcommand_from help master slave standalone undo hand-over check grants cmts icinga pair" -l reason -d 'Why this is done: kept with the generation or the mute' -r
complete -c provha -n "__fish_provha_using_subcommand setup; and not __fish_seen_subcommand_from help master slave standalone undo hand-over check grants cmts icinga pair" -l color -d 'Use colour' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set or TERM is dumb'
always\t'Always'
never\t'Never'"
complete -c provha -n "__fish_provha_using_subcommand setup; and not __fish_seen_subcommand_from help master slave standalone undo hand-over check grants cmts icinga pair" -l dry-run -d 'Check everything and list what would change, but change nothing'
complete -c provha -n "__fish_provha_using_subcommand setup; and not __fish_seen_subcommand_from help master slave standalone undo hand-over check grants cmts icinga pair" -l diff -d 'Like --dry-run, and show the changed lines'
complete -c provha -n "__fish_provha_using_subcommand setup; and not __fish_seen_subcommand_from help master slave standalone undo hand-over check grants cmts icinga pair" -l exit-code -d 'With --dry-run or --diff: exit with 10 if changes are pending'
complete -c provha -n "__fish_provha_using_subcommand setup; and not __fish_seen_subcommand_from help master slave standalone undo hand-over check grants cmts icinga pair" -l no-activate -d 'Write files, but restart no daemon and contact no host except the database'
complete -c provha -n "__fish_provha_using_subcommand setup; and not __fish_seen_subcommand_from help master slave standalone undo hand-over check grants cmts icinga pair" -l strict -d 'Refuse the run (exit 3) if there are findings'
complete -c provha -n "__fish_provha_using_subcommand setup; and not __fish_seen_subcommand_from help master slave standalone undo hand-over check grants cmts icinga pair" -l allow-empty-pools -d 'Allow this run to remove pools that have active leases'
complete -c provha -n "__fish_provha_using_subcommand setup; and not __fish_seen_subcommand_from help master slave standalone undo hand-over check grants cmts icinga pair" -l drain -d 'Let the leases of pools that shrank or are gone go on, but give no new ones there, until the last of them has ended'
complete -c provha -n "__fish_provha_using_subcommand setup; and not __fish_seen_subcommand_from help master slave standalone undo hand-over check grants cmts icinga pair" -l accept-older-database -d 'Make the database live although what is live was made of newer values'
complete -c provha -n "__fish_provha_using_subcommand setup; and not __fish_seen_subcommand_from help master slave standalone undo hand-over check grants cmts icinga pair" -l json -d 'Print the result as one JSON object on stdout'
complete -c provha -n "__fish_provha_using_subcommand setup; and not __fish_seen_subcommand_from help master slave standalone undo hand-over check grants cmts icinga pair" -s q -l quiet -d 'Print warnings and errors only'
complete -c provha -n "__fish_provha_using_subcommand setup; and not __fish_seen_subcommand_from help master slave standalone undo hand-over check grants cmts icinga pair" -s v -l verbose -d 'Print more details'
complete -c provha -n "__fish_provha_using_subcommand setup; and not __fish_seen_subcommand_from help master slave standalone undo hand-over check grants cmts icinga pair" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c provha -n "__fish_provha_using_subcommand setup; and not __fish_seen_subcommand_from help master slave standalone undo hand-over check grants cmts icinga pair" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c provha -n "__fish_provha_using_subcommand setup; and not __fish_seen_subcommand_from help master slave standalone undo hand-over check grants cmts icinga pair" -f -a "master" -d 'Show, or with --yes do, the steps that make this machine the master'
complete -c provha -n "__fish_provha_using_subcommand setup; and not __fish_seen_subcommand_from help master slave standalone undo hand-over check grants cmts icinga pair" -f -a "slave" -d 'Show, or with --yes do, the steps that make this machine the slave'
complete -c provha -n "__fish_provha_using_subcommand setup; and not __fish_seen_subcommand_from help master slave standalone undo hand-over check grants cmts icinga pair" -f -a "standalone" -d 'Show, or with --yes do, the steps for a machine without a peer'
complete -c provha -n "__fish_provha_using_subcommand setup; and not __fish_seen_subcommand_from help master slave standalone undo hand-over check grants cmts icinga pair" -f -a "undo" -d 'Show, or with --yes do, what brings back the files of before setup'
complete -c provha -n "__fish_provha_using_subcommand setup; and not __fish_seen_subcommand_from help master slave standalone undo hand-over check grants cmts icinga pair" -f -a "hand-over" -d 'Show, or with --yes do, what leaves one program that writes the files'
complete -c provha -n "__fish_provha_using_subcommand setup; and not __fish_seen_subcommand_from help master slave standalone undo hand-over check grants cmts icinga pair" -f -a "check" -d 'Check a machine that is set up; each problem with the line that fixes it'
complete -c provha -n "__fish_provha_using_subcommand setup; and not __fish_seen_subcommand_from help master slave standalone undo hand-over check grants cmts icinga pair" -f -a "grants" -d 'Print the SQL for the database users of both machines'
complete -c provha -n "__fish_provha_using_subcommand setup; and not __fish_seen_subcommand_from help master slave standalone undo hand-over check grants cmts icinga pair" -f -a "cmts" -d 'Print the lines for each CMTS: helper addresses, NTP servers'
complete -c provha -n "__fish_provha_using_subcommand setup; and not __fish_seen_subcommand_from help master slave standalone undo hand-over check grants cmts icinga pair" -f -a "icinga" -d 'Print objects for Icinga 2: hosts, services, dependencies'
complete -c provha -n "__fish_provha_using_subcommand setup; and not __fish_seen_subcommand_from help master slave standalone undo hand-over check grants cmts icinga pair" -f -a "pair" -d 'Show, or with --yes do, the way of both machines into the pair'
complete -c provha -n "__fish_provha_using_subcommand setup; and __fish_seen_subcommand_from help" -f -a "master" -d 'Show, or with --yes do, the steps that make this machine the master'
complete -c provha -n "__fish_provha_using_subcommand setup; and __fish_seen_subcommand_from help" -f -a "slave" -d 'Show, or with --yes do, the steps that make this machine the slave'
complete -c provha -n "__fish_provha_using_subcommand setup; and __fish_seen_subcommand_from help" -f -a "standalone" -d 'Show, or with --yes do, the steps for a machine without a peer'
complete -c provha -n "__fish_provha_using_subcommand setup; and __fish_seen_subcommand_from help" -f -a "undo" -d 'Show, or with --yes do, what brings back the files of before setup'
complete -c provha -n "__fish_provha_using_subcommand setup; and __fish_seen_subcommand_from help" -f -a "hand-over" -d 'Show, or with --yes do, what leaves one program that writes the files'
complete -c provha -n "__fish_provha_using_subcommand setup; and __fish_seen_subcommand_from help" -f -a "check" -d 'Check a machine that is set up; each problem with the line that fixes it'
complete -c provha -n "__fish_provha_using_subcommand setup; and __fish_seen_subcommand_from help" -f -a "grants" -d 'Print the SQL for the database users of both machines'
complete -c provha -n "__fish_provha_using_subcommand setup; and __fish_seen_subcommand_from help" -f -a "cmts" -d 'Print the lines for each CMTS: helper addresses, NTP servers'
complete -c provha -n "__fish_provha_using_subcommand setup; and __fish_seen_subcommand_from help" -f -a "icinga" -d 'Print objects for Icinga 2: hosts, services, dependencies'
complete -c provha -n "__fish_provha_using_subcommand setup; and __fish_seen_subcommand_from help" -f -a "pair" -d 'Show, or with --yes do, the way of both machines into the pair'
complete -c provha -n "__fish_provha_using_subcommand setup; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c provha -n "__fish_provha_using_subcommand setup; and __fish_seen_subcommand_from master" -l own -d 'Address of this machine, as table provha has it' -r
complete -c provha -n "__fish_provha_using_subcommand setup; and __fish_seen_subcommand_from master" -l peer -d 'Address of the other machine' -r
complete -c provha -n "__fish_provha_using_subcommand setup; and __fish_seen_subcommand_from master" -l peer-files -d 'Directory with files of the other machine: omapi.key, its ssh_host_*_key.pub and its id_*.pub' -r -F
complete -c provha -n "__fish_provha_using_subcommand setup; and __fish_seen_subcommand_from master" -l interface -d 'Interface on which dhcpd serves [default: that of --own]' -r
complete -c provha -n "__fish_provha_using_subcommand setup; and __fish_seen_subcommand_from master" -l without -d 'Leave out these steps' -r -f -a "env\t''
omapi-key\t''
ddns-key\t''
dhcpd\t''
named\t''
tftpd\t''
chrony\t''
apparmor\t''
selinux\t''
rsyslog\t''
firewall\t''
ssh\t''
cacti\t''
units\t''"
complete -c provha -n "__fish_provha_using_subcommand setup; and __fish_seen_subcommand_from master" -l env-dir -d 'Directory of the env files [default: /etc/nmsprime/env]' -r -F
complete -c provha -n "__fish_provha_using_subcommand setup; and __fish_seen_subcommand_from master" -l root -d 'Directory used in place of /, like DESTDIR' -r -F
complete -c provha -n "__fish_provha_using_subcommand setup; and __fish_seen_subcommand_from master" -l db -d 'Database: mysql://user@host[,host2][:port]/db, mysql:///db?socket=PATH or sqlite:PATH. Missing parts come from the DB_* keys' -r
complete -c provha -n "__fish_provha_using_subcommand setup; and __fish_seen_subcommand_from master" -l role -d 'Role of this machine; overrides PROVHA__OWN_STATE' -r -f -a "master\t'Runs the GUI and writes the database; failover primary'
slave\t'Only reads the database; failover secondary'
standalone\t'One machine without a peer'"
complete -c provha -n "__fish_provha_using_subcommand setup; and __fish_seen_subcommand_from master" -l lock-wait -d 'Wait up to this long for another run to end' -r
complete -c provha -n "__fish_provha_using_subcommand setup; and __fish_seen_subcommand_from master" -l max-removed-percent -d 'Allow this run to remove up to this share of the live hosts' -r
complete -c provha -n "__fish_provha_using_subcommand setup; and __fish_seen_subcommand_from master" -l max-quarantined-percent -d 'Allow this run to leave out up to this share of the rows' -r
complete -c provha -n "__fish_provha_using_subcommand setup; and __fish_seen_subcommand_from master" -l allow -d 'Allow this run what the guard rails name, such as modems,leases' -r -f -a "all\t'Everything below'
hosts\t'Hosts of all kinds'
modems\t'Hosts of modems'
mtas\t'Hosts of telephone adapters'
endpoints\t'Hosts of endpoints'
blocked\t'Modems whose customer devices get no address any more'
cmts\t'CMTS'
pools\t'Pools that vanish or answer nobody any more'
routers\t'Pools whose router changes'
leases\t'Active leases that no range holds any more'
access-lists\t'Access lists of named and chrony that become empty'
names\t'Names of devices that are still there'
files\t'Boot files that are removed'
no-file\t'Devices that have no valid boot file'
network-access\t'Boot files whose NetworkAccess becomes 0'
flows\t'Boot files that lose flows or rates'
settings\t'Boot files that lose a configfile\'s settings'
key-file\t'Boot files that are signed with another secret'"
complete -c provha -n "__fish_provha_using_subcommand setup; and __fish_seen_subcommand_from master" -l restart-hold -d 'Delay a restart of dhcpd up to this long while its failover peer does not serve [default: PROVHA__RESTART_HOLD]' -r
complete -c provha -n "__fish_provha_using_subcommand setup; and __fish_seen_subcommand_from master" -l reason -d 'Why this is done: kept with the generation or the mute' -r
complete -c provha -n "__fish_provha_using_subcommand setup; and __fish_seen_subcommand_from master" -l color -d 'Use colour' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set or TERM is dumb'
always\t'Always'
never\t'Never'"
complete -c provha -n "__fish_provha_using_subcommand setup; and __fish_seen_subcommand_from master" -l yes -d 'Do it; without this option the plan is shown'
complete -c provha -n "__fish_provha_using_subcommand setup; and __fish_seen_subcommand_from master" -l dry-run -d 'Check everything and list what would change, but change nothing'
complete -c provha -n "__fish_provha_using_subcommand setup; and __fish_seen_subcommand_from master" -l diff -d 'Like --dry-run, and show the changed lines'
complete -c provha -n "__fish_provha_using_subcommand setup; and __fish_seen_subcommand_from master" -l exit-code -d 'With --dry-run or --diff: exit with 10 if changes are pending'
complete -c provha -n "__fish_provha_using_subcommand setup; and __fish_seen_subcommand_from master" -l no-activate -d 'Write files, but restart no daemon and contact no host except the database'
complete -c provha -n "__fish_provha_using_subcommand setup; and __fish_seen_subcommand_from master" -l strict -d 'Refuse the run (exit 3) if there are findings'
complete -c provha -n "__fish_provha_using_subcommand setup; and __fish_seen_subcommand_from master" -l allow-empty-pools -d 'Allow this run to remove pools that have active leases'
complete -c provha -n "__fish_provha_using_subcommand setup; and __fish_seen_subcommand_from master" -l drain -d 'Let the leases of pools that shrank or are gone go on, but give no new ones there, until the last of them has ended'
complete -c provha -n "__fish_provha_using_subcommand setup; and __fish_seen_subcommand_from master" -l accept-older-database -d 'Make the database live although what is live was made of newer values'
complete -c provha -n "__fish_provha_using_subcommand setup; and __fish_seen_subcommand_from master" -l json -d 'Print the result as one JSON object on stdout'
complete -c provha -n "__fish_provha_using_subcommand setup; and __fish_seen_subcommand_from master" -s q -l quiet -d 'Print warnings and errors only'
complete -c provha -n "__fish_provha_using_subcommand setup; and __fish_seen_subcommand_from master" -s v -l verbose -d 'Print more details'
complete -c provha -n "__fish_provha_using_subcommand setup; and __fish_seen_subcommand_from master" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c provha -n "__fish_provha_using_subcommand setup; and __fish_seen_subcommand_from slave" -l own -d 'Address of this machine, as table provha has it' -r
complete -c provha -n "__fish_provha_using_subcommand setup; and __fish_seen_subcommand_from slave" -l peer -d 'Address of the other machine' -r
complete -c provha -n "__fish_provha_using_subcommand setup; and __fish_seen_subcommand_from slave" -l peer-files -d 'Directory with files of the other machine: omapi.key, its ssh_host_*_key.pub and its id_*.pub' -r -F
complete -c provha -n "__fish_provha_using_subcommand setup; and __fish_seen_subcommand_from slave" -l interface -d 'Interface on which dhcpd serves [default: that of --own]' -r
complete -c provha -n "__fish_provha_using_subcommand setup; and __fish_seen_subcommand_from slave" -l without -d 'Leave out these steps' -r -f -a "env\t''
omapi-key\t''
ddns-key\t''
dhcpd\t''
named\t''
tftpd\t''
chrony\t''
apparmor\t''
selinux\t''
rsyslog\t''
firewall\t''
ssh\t''
cacti\t''
units\t''"
complete -c provha -n "__fish_provha_using_subcommand setup; and __fish_seen_subcommand_from slave" -l env-dir -d 'Directory of the env files [default: /etc/nmsprime/env]' -r -F
complete -c provha -n "__fish_provha_using_subcommand setup; and __fish_seen_subcommand_from slave" -l root -d 'Directory used in place of /, like DESTDIR' -r -F
complete -c provha -n "__fish_provha_using_subcommand setup; and __fish_seen_subcommand_from slave" -l db -d 'Database: mysql://user@host[,host2][:port]/db, mysql:///db?socket=PATH or sqlite:PATH. Missing parts come from the DB_* keys' -r
complete -c provha -n "__fish_provha_using_subcommand setup; and __fish_seen_subcommand_from slave" -l role -d 'Role of this machine; overrides PROVHA__OWN_STATE' -r -f -a "master\t'Runs the GUI and writes the database; failover primary'
slave\t'Only reads the database; failover secondary'
standalone\t'One machine without a peer'"
complete -c provha -n "__fish_provha_using_subcommand setup; and __fish_seen_subcommand_from slave" -l lock-wait -d 'Wait up to this long for another run to end' -r
complete -c provha -n "__fish_provha_using_subcommand setup; and __fish_seen_subcommand_from slave" -l max-removed-percent -d 'Allow this run to remove up to this share of the live hosts' -r
complete -c provha -n "__fish_provha_using_subcommand setup; and __fish_seen_subcommand_from slave" -l max-quarantined-percent -d 'Allow this run to leave out up to this share of the rows' -r
complete -c provha -n "__fish_provha_using_subcommand setup; and __fish_seen_subcommand_from slave" -l allow -d 'Allow this run what the guard rails name, such as modems,leases' -r -f -a "all\t'Everything below'
hosts\t'Hosts of all kinds'
modems\t'Hosts of modems'
mtas\t'Hosts of telephone adapters'
endpoints\t'Hosts of endpoints'
blocked\t'Modems whose customer devices get no address any more'
cmts\t'CMTS'
pools\t'Pools that vanish or answer nobody any more'
routers\t'Pools whose router changes'
leases\t'Active leases that no range holds any more'
access-lists\t'Access lists of named and chrony that become empty'
names\t'Names of devices that are still there'
files\t'Boot files that are removed'
no-file\t'Devices that have no valid boot file'
network-access\t'Boot files whose NetworkAccess becomes 0'
flows\t'Boot files that lose flows or rates'
settings\t'Boot files that lose a configfile\'s settings'
key-file\t'Boot files that are signed with another secret'"
complete -c provha -n "__fish_provha_using_subcommand setup; and __fish_seen_subcommand_from slave" -l restart-hold -d 'Delay a restart of dhcpd up to this long while its failover peer does not serve [default: PROVHA__RESTART_HOLD]' -r
complete -c provha -n "__fish_provha_using_subcommand setup; and __fish_seen_subcommand_from slave" -l reason -d 'Why this is done: kept with the generation or the mute' -r
complete -c provha -n "__fish_provha_using_subcommand setup; and __fish_seen_subcommand_from slave" -l color -d 'Use colour' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set or TERM is dumb'
always\t'Always'
never\t'Never'"
complete -c provha -n "__fish_provha_using_subcommand setup; and __fish_seen_subcommand_from slave" -l yes -d 'Do it; without this option the plan is shown'
complete -c provha -n "__fish_provha_using_subcommand setup; and __fish_seen_subcommand_from slave" -l dry-run -d 'Check everything and list what would change, but change nothing'
complete -c provha -n "__fish_provha_using_subcommand setup; and __fish_seen_subcommand_from slave" -l diff -d 'Like --dry-run, and show the changed lines'
complete -c provha -n "__fish_provha_using_subcommand setup; and __fish_seen_subcommand_from slave" -l exit-code -d 'With --dry-run or --diff: exit with 10 if changes are pending'
complete -c provha -n "__fish_provha_using_subcommand setup; and __fish_seen_subcommand_from slave" -l no-activate -d 'Write files, but restart no daemon and contact no host except the database'
complete -c provha -n "__fish_provha_using_subcommand setup; and __fish_seen_subcommand_from slave" -l strict -d 'Refuse the run (exit 3) if there are findings'
complete -c provha -n "__fish_provha_using_subcommand setup; and __fish_seen_subcommand_from slave" -l allow-empty-pools -d 'Allow this run to remove pools that have active leases'
complete -c provha -n "__fish_provha_using_subcommand setup; and __fish_seen_subcommand_from slave" -l drain -d 'Let the leases of pools that shrank or are gone go on, but give no new ones there, until the last of them has ended'
complete -c provha -n "__fish_provha_using_subcommand setup; and __fish_seen_subcommand_from slave" -l accept-older-database -d 'Make the database live although what is live was made of newer values'
complete -c provha -n "__fish_provha_using_subcommand setup; and __fish_seen_subcommand_from slave" -l json -d 'Print the result as one JSON object on stdout'
complete -c provha -n "__fish_provha_using_subcommand setup; and __fish_seen_subcommand_from slave" -s q -l quiet -d 'Print warnings and errors only'
complete -c provha -n "__fish_provha_using_subcommand setup; and __fish_seen_subcommand_from slave" -s v -l verbose -d 'Print more details'
complete -c provha -n "__fish_provha_using_subcommand setup; and __fish_seen_subcommand_from slave" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c provha -n "__fish_provha_using_subcommand setup; and __fish_seen_subcommand_from standalone" -l own -d 'Address of this machine' -r
complete -c provha -n "__fish_provha_using_subcommand setup; and __fish_seen_subcommand_from standalone" -l interface -d 'Interface on which dhcpd serves [default: that of --own]' -r
complete -c provha -n "__fish_provha_using_subcommand setup; and __fish_seen_subcommand_from standalone" -l without -d 'Leave out these steps' -r -f -a "env\t''
omapi-key\t''
ddns-key\t''
dhcpd\t''
named\t''
tftpd\t''
chrony\t''
apparmor\t''
selinux\t''
rsyslog\t''
firewall\t''
ssh\t''
cacti\t''
units\t''"
complete -c provha -n "__fish_provha_using_subcommand setup; and __fish_seen_subcommand_from standalone" -l env-dir -d 'Directory of the env files [default: /etc/nmsprime/env]' -r -F
complete -c provha -n "__fish_provha_using_subcommand setup; and __fish_seen_subcommand_from standalone" -l root -d 'Directory used in place of /, like DESTDIR' -r -F
complete -c provha -n "__fish_provha_using_subcommand setup; and __fish_seen_subcommand_from standalone" -l db -d 'Database: mysql://user@host[,host2][:port]/db, mysql:///db?socket=PATH or sqlite:PATH. Missing parts come from the DB_* keys' -r
complete -c provha -n "__fish_provha_using_subcommand setup; and __fish_seen_subcommand_from standalone" -l role -d 'Role of this machine; overrides PROVHA__OWN_STATE' -r -f -a "master\t'Runs the GUI and writes the database; failover primary'
slave\t'Only reads the database; failover secondary'
standalone\t'One machine without a peer'"
complete -c provha -n "__fish_provha_using_subcommand setup; and __fish_seen_subcommand_from standalone" -l lock-wait -d 'Wait up to this long for another run to end' -r
complete -c provha -n "__fish_provha_using_subcommand setup; and __fish_seen_subcommand_from standalone" -l max-removed-percent -d 'Allow this run to remove up to this share of the live hosts' -r
complete -c provha -n "__fish_provha_using_subcommand setup; and __fish_seen_subcommand_from standalone" -l max-quarantined-percent -d 'Allow this run to leave out up to this share of the rows' -r
complete -c provha -n "__fish_provha_using_subcommand setup; and __fish_seen_subcommand_from standalone" -l allow -d 'Allow this run what the guard rails name, such as modems,leases' -r -f -a "all\t'Everything below'
hosts\t'Hosts of all kinds'
modems\t'Hosts of modems'
mtas\t'Hosts of telephone adapters'
endpoints\t'Hosts of endpoints'
blocked\t'Modems whose customer devices get no address any more'
cmts\t'CMTS'
pools\t'Pools that vanish or answer nobody any more'
routers\t'Pools whose router changes'
leases\t'Active leases that no range holds any more'
access-lists\t'Access lists of named and chrony that become empty'
names\t'Names of devices that are still there'
files\t'Boot files that are removed'
no-file\t'Devices that have no valid boot file'
network-access\t'Boot files whose NetworkAccess becomes 0'
flows\t'Boot files that lose flows or rates'
settings\t'Boot files that lose a configfile\'s settings'
key-file\t'Boot files that are signed with another secret'"
complete -c provha -n "__fish_provha_using_subcommand setup; and __fish_seen_subcommand_from standalone" -l restart-hold -d 'Delay a restart of dhcpd up to this long while its failover peer does not serve [default: PROVHA__RESTART_HOLD]' -r
complete -c provha -n "__fish_provha_using_subcommand setup; and __fish_seen_subcommand_from standalone" -l reason -d 'Why this is done: kept with the generation or the mute' -r
complete -c provha -n "__fish_provha_using_subcommand setup; and __fish_seen_subcommand_from standalone" -l color -d 'Use colour' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set or TERM is dumb'
always\t'Always'
never\t'Never'"
complete -c provha -n "__fish_provha_using_subcommand setup; and __fish_seen_subcommand_from standalone" -l yes -d 'Do it; without this option the plan is shown'
complete -c provha -n "__fish_provha_using_subcommand setup; and __fish_seen_subcommand_from standalone" -l dry-run -d 'Check everything and list what would change, but change nothing'
complete -c provha -n "__fish_provha_using_subcommand setup; and __fish_seen_subcommand_from standalone" -l diff -d 'Like --dry-run, and show the changed lines'
complete -c provha -n "__fish_provha_using_subcommand setup; and __fish_seen_subcommand_from standalone" -l exit-code -d 'With --dry-run or --diff: exit with 10 if changes are pending'
complete -c provha -n "__fish_provha_using_subcommand setup; and __fish_seen_subcommand_from standalone" -l no-activate -d 'Write files, but restart no daemon and contact no host except the database'
complete -c provha -n "__fish_provha_using_subcommand setup; and __fish_seen_subcommand_from standalone" -l strict -d 'Refuse the run (exit 3) if there are findings'
complete -c provha -n "__fish_provha_using_subcommand setup; and __fish_seen_subcommand_from standalone" -l allow-empty-pools -d 'Allow this run to remove pools that have active leases'
complete -c provha -n "__fish_provha_using_subcommand setup; and __fish_seen_subcommand_from standalone" -l drain -d 'Let the leases of pools that shrank or are gone go on, but give no new ones there, until the last of them has ended'
complete -c provha -n "__fish_provha_using_subcommand setup; and __fish_seen_subcommand_from standalone" -l accept-older-database -d 'Make the database live although what is live was made of newer values'
complete -c provha -n "__fish_provha_using_subcommand setup; and __fish_seen_subcommand_from standalone" -l json -d 'Print the result as one JSON object on stdout'
complete -c provha -n "__fish_provha_using_subcommand setup; and __fish_seen_subcommand_from standalone" -s q -l quiet -d 'Print warnings and errors only'
complete -c provha -n "__fish_provha_using_subcommand setup; and __fish_seen_subcommand_from standalone" -s v -l verbose -d 'Print more details'
complete -c provha -n "__fish_provha_using_subcommand setup; and __fish_seen_subcommand_from standalone" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c provha -n "__fish_provha_using_subcommand setup; and __fish_seen_subcommand_from undo" -l env-dir -d 'Directory of the env files [default: /etc/nmsprime/env]' -r -F
complete -c provha -n "__fish_provha_using_subcommand setup; and __fish_seen_subcommand_from undo" -l root -d 'Directory used in place of /, like DESTDIR' -r -F
complete -c provha -n "__fish_provha_using_subcommand setup; and __fish_seen_subcommand_from undo" -l db -d 'Database: mysql://user@host[,host2][:port]/db, mysql:///db?socket=PATH or sqlite:PATH. Missing parts come from the DB_* keys' -r
complete -c provha -n "__fish_provha_using_subcommand setup; and __fish_seen_subcommand_from undo" -l role -d 'Role of this machine; overrides PROVHA__OWN_STATE' -r -f -a "master\t'Runs the GUI and writes the database; failover primary'
slave\t'Only reads the database; failover secondary'
standalone\t'One machine without a peer'"
complete -c provha -n "__fish_provha_using_subcommand setup; and __fish_seen_subcommand_from undo" -l lock-wait -d 'Wait up to this long for another run to end' -r
complete -c provha -n "__fish_provha_using_subcommand setup; and __fish_seen_subcommand_from undo" -l max-removed-percent -d 'Allow this run to remove up to this share of the live hosts' -r
complete -c provha -n "__fish_provha_using_subcommand setup; and __fish_seen_subcommand_from undo" -l max-quarantined-percent -d 'Allow this run to leave out up to this share of the rows' -r
complete -c provha -n "__fish_provha_using_subcommand setup; and __fish_seen_subcommand_from undo" -l allow -d 'Allow this run what the guard rails name, such as modems,leases' -r -f -a "all\t'Everything below'
hosts\t'Hosts of all kinds'
modems\t'Hosts of modems'
mtas\t'Hosts of telephone adapters'
endpoints\t'Hosts of endpoints'
blocked\t'Modems whose customer devices get no address any more'
cmts\t'CMTS'
pools\t'Pools that vanish or answer nobody any more'
routers\t'Pools whose router changes'
leases\t'Active leases that no range holds any more'
access-lists\t'Access lists of named and chrony that become empty'
names\t'Names of devices that are still there'
files\t'Boot files that are removed'
no-file\t'Devices that have no valid boot file'
network-access\t'Boot files whose NetworkAccess becomes 0'
flows\t'Boot files that lose flows or rates'
settings\t'Boot files that lose a configfile\'s settings'
key-file\t'Boot files that are signed with another secret'"
complete -c provha -n "__fish_provha_using_subcommand setup; and __fish_seen_subcommand_from undo" -l restart-hold -d 'Delay a restart of dhcpd up to this long while its failover peer does not serve [default: PROVHA__RESTART_HOLD]' -r
complete -c provha -n "__fish_provha_using_subcommand setup; and __fish_seen_subcommand_from undo" -l reason -d 'Why this is done: kept with the generation or the mute' -r
complete -c provha -n "__fish_provha_using_subcommand setup; and __fish_seen_subcommand_from undo" -l color -d 'Use colour' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set or TERM is dumb'
always\t'Always'
never\t'Never'"
complete -c provha -n "__fish_provha_using_subcommand setup; and __fish_seen_subcommand_from undo" -l yes -d 'Do it'
complete -c provha -n "__fish_provha_using_subcommand setup; and __fish_seen_subcommand_from undo" -l force -d 'Bring back files that were changed since setup, too'
complete -c provha -n "__fish_provha_using_subcommand setup; and __fish_seen_subcommand_from undo" -l dry-run -d 'Check everything and list what would change, but change nothing'
complete -c provha -n "__fish_provha_using_subcommand setup; and __fish_seen_subcommand_from undo" -l diff -d 'Like --dry-run, and show the changed lines'
complete -c provha -n "__fish_provha_using_subcommand setup; and __fish_seen_subcommand_from undo" -l exit-code -d 'With --dry-run or --diff: exit with 10 if changes are pending'
complete -c provha -n "__fish_provha_using_subcommand setup; and __fish_seen_subcommand_from undo" -l no-activate -d 'Write files, but restart no daemon and contact no host except the database'
complete -c provha -n "__fish_provha_using_subcommand setup; and __fish_seen_subcommand_from undo" -l strict -d 'Refuse the run (exit 3) if there are findings'
complete -c provha -n "__fish_provha_using_subcommand setup; and __fish_seen_subcommand_from undo" -l allow-empty-pools -d 'Allow this run to remove pools that have active leases'
complete -c provha -n "__fish_provha_using_subcommand setup; and __fish_seen_subcommand_from undo" -l drain -d 'Let the leases of pools that shrank or are gone go on, but give no new ones there, until the last of them has ended'
complete -c provha -n "__fish_provha_using_subcommand setup; and __fish_seen_subcommand_from undo" -l accept-older-database -d 'Make the database live although what is live was made of newer values'
complete -c provha -n "__fish_provha_using_subcommand setup; and __fish_seen_subcommand_from undo" -l json -d 'Print the result as one JSON object on stdout'
complete -c provha -n "__fish_provha_using_subcommand setup; and __fish_seen_subcommand_from undo" -s q -l quiet -d 'Print warnings and errors only'
complete -c provha -n "__fish_provha_using_subcommand setup; and __fish_seen_subcommand_from undo" -s v -l verbose -d 'Print more details'
complete -c provha -n "__fish_provha_using_subcommand setup; and __fish_seen_subcommand_from undo" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c provha -n "__fish_provha_using_subcommand setup; and __fish_seen_subcommand_from hand-over" -l way -d 'How the existing writers are kept from writing [default: off on a slave, else wrapper]' -r -f -a "lock\t'Their cron lines wait for provha\'s lock: never both at once'
wrapper\t'Their commands (php artisan nms:dhcp, ...) end in provha'
off\t'They are switched off in cron, systemd, supervisord and xinetd'"
complete -c provha -n "__fish_provha_using_subcommand setup; and __fish_seen_subcommand_from hand-over" -l env-dir -d 'Directory of the env files [default: /etc/nmsprime/env]' -r -F
complete -c provha -n "__fish_provha_using_subcommand setup; and __fish_seen_subcommand_from hand-over" -l root -d 'Directory used in place of /, like DESTDIR' -r -F
complete -c provha -n "__fish_provha_using_subcommand setup; and __fish_seen_subcommand_from hand-over" -l db -d 'Database: mysql://user@host[,host2][:port]/db, mysql:///db?socket=PATH or sqlite:PATH. Missing parts come from the DB_* keys' -r
complete -c provha -n "__fish_provha_using_subcommand setup; and __fish_seen_subcommand_from hand-over" -l role -d 'Role of this machine; overrides PROVHA__OWN_STATE' -r -f -a "master\t'Runs the GUI and writes the database; failover primary'
slave\t'Only reads the database; failover secondary'
standalone\t'One machine without a peer'"
complete -c provha -n "__fish_provha_using_subcommand setup; and __fish_seen_subcommand_from hand-over" -l lock-wait -d 'Wait up to this long for another run to end' -r
complete -c provha -n "__fish_provha_using_subcommand setup; and __fish_seen_subcommand_from hand-over" -l max-removed-percent -d 'Allow this run to remove up to this share of the live hosts' -r
complete -c provha -n "__fish_provha_using_subcommand setup; and __fish_seen_subcommand_from hand-over" -l max-quarantined-percent -d 'Allow this run to leave out up to this share of the rows' -r
complete -c provha -n "__fish_provha_using_subcommand setup; and __fish_seen_subcommand_from hand-over" -l allow -d 'Allow this run what the guard rails name, such as modems,leases' -r -f -a "all\t'Everything below'
hosts\t'Hosts of all kinds'
modems\t'Hosts of modems'
mtas\t'Hosts of telephone adapters'
endpoints\t'Hosts of endpoints'
blocked\t'Modems whose customer devices get no address any more'
cmts\t'CMTS'
pools\t'Pools that vanish or answer nobody any more'
routers\t'Pools whose router changes'
leases\t'Active leases that no range holds any more'
access-lists\t'Access lists of named and chrony that become empty'
names\t'Names of devices that are still there'
files\t'Boot files that are removed'
no-file\t'Devices that have no valid boot file'
network-access\t'Boot files whose NetworkAccess becomes 0'
flows\t'Boot files that lose flows or rates'
settings\t'Boot files that lose a configfile\'s settings'
key-file\t'Boot files that are signed with another secret'"
complete -c provha -n "__fish_provha_using_subcommand setup; and __fish_seen_subcommand_from hand-over" -l restart-hold -d 'Delay a restart of dhcpd up to this long while its failover peer does not serve [default: PROVHA__RESTART_HOLD]' -r
complete -c provha -n "__fish_provha_using_subcommand setup; and __fish_seen_subcommand_from hand-over" -l reason -d 'Why this is done: kept with the generation or the mute' -r
complete -c provha -n "__fish_provha_using_subcommand setup; and __fish_seen_subcommand_from hand-over" -l color -d 'Use colour' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set or TERM is dumb'
always\t'Always'
never\t'Never'"
complete -c provha -n "__fish_provha_using_subcommand setup; and __fish_seen_subcommand_from hand-over" -l yes -d 'Do it; without this option the plan is shown'
complete -c provha -n "__fish_provha_using_subcommand setup; and __fish_seen_subcommand_from hand-over" -l undo -d 'Bring back what an earlier hand-over changed, byte by byte'
complete -c provha -n "__fish_provha_using_subcommand setup; and __fish_seen_subcommand_from hand-over" -l dry-run -d 'Check everything and list what would change, but change nothing'
complete -c provha -n "__fish_provha_using_subcommand setup; and __fish_seen_subcommand_from hand-over" -l diff -d 'Like --dry-run, and show the changed lines'
complete -c provha -n "__fish_provha_using_subcommand setup; and __fish_seen_subcommand_from hand-over" -l exit-code -d 'With --dry-run or --diff: exit with 10 if changes are pending'
complete -c provha -n "__fish_provha_using_subcommand setup; and __fish_seen_subcommand_from hand-over" -l no-activate -d 'Write files, but restart no daemon and contact no host except the database'
complete -c provha -n "__fish_provha_using_subcommand setup; and __fish_seen_subcommand_from hand-over" -l strict -d 'Refuse the run (exit 3) if there are findings'
complete -c provha -n "__fish_provha_using_subcommand setup; and __fish_seen_subcommand_from hand-over" -l allow-empty-pools -d 'Allow this run to remove pools that have active leases'
complete -c provha -n "__fish_provha_using_subcommand setup; and __fish_seen_subcommand_from hand-over" -l drain -d 'Let the leases of pools that shrank or are gone go on, but give no new ones there, until the last of them has ended'
complete -c provha -n "__fish_provha_using_subcommand setup; and __fish_seen_subcommand_from hand-over" -l accept-older-database -d 'Make the database live although what is live was made of newer values'
complete -c provha -n "__fish_provha_using_subcommand setup; and __fish_seen_subcommand_from hand-over" -l json -d 'Print the result as one JSON object on stdout'
complete -c provha -n "__fish_provha_using_subcommand setup; and __fish_seen_subcommand_from hand-over" -s q -l quiet -d 'Print warnings and errors only'
complete -c provha -n "__fish_provha_using_subcommand setup; and __fish_seen_subcommand_from hand-over" -s v -l verbose -d 'Print more details'
complete -c provha -n "__fish_provha_using_subcommand setup; and __fish_seen_subcommand_from hand-over" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c provha -n "__fish_provha_using_subcommand setup; and __fish_seen_subcommand_from check" -l env-dir -d 'Directory of the env files [default: /etc/nmsprime/env]' -r -F
complete -c provha -n "__fish_provha_using_subcommand setup; and __fish_seen_subcommand_from check" -l root -d 'Directory used in place of /, like DESTDIR' -r -F
complete -c provha -n "__fish_provha_using_subcommand setup; and __fish_seen_subcommand_from check" -l db -d 'Database: mysql://user@host[,host2][:port]/db, mysql:///db?socket=PATH or sqlite:PATH. Missing parts come from the DB_* keys' -r
complete -c provha -n "__fish_provha_using_subcommand setup; and __fish_seen_subcommand_from check" -l role -d 'Role of this machine; overrides PROVHA__OWN_STATE' -r -f -a "master\t'Runs the GUI and writes the database; failover primary'
slave\t'Only reads the database; failover secondary'
standalone\t'One machine without a peer'"
complete -c provha -n "__fish_provha_using_subcommand setup; and __fish_seen_subcommand_from check" -l lock-wait -d 'Wait up to this long for another run to end' -r
complete -c provha -n "__fish_provha_using_subcommand setup; and __fish_seen_subcommand_from check" -l max-removed-percent -d 'Allow this run to remove up to this share of the live hosts' -r
complete -c provha -n "__fish_provha_using_subcommand setup; and __fish_seen_subcommand_from check" -l max-quarantined-percent -d 'Allow this run to leave out up to this share of the rows' -r
complete -c provha -n "__fish_provha_using_subcommand setup; and __fish_seen_subcommand_from check" -l allow -d 'Allow this run what the guard rails name, such as modems,leases' -r -f -a "all\t'Everything below'
hosts\t'Hosts of all kinds'
modems\t'Hosts of modems'
mtas\t'Hosts of telephone adapters'
endpoints\t'Hosts of endpoints'
blocked\t'Modems whose customer devices get no address any more'
cmts\t'CMTS'
pools\t'Pools that vanish or answer nobody any more'
routers\t'Pools whose router changes'
leases\t'Active leases that no range holds any more'
access-lists\t'Access lists of named and chrony that become empty'
names\t'Names of devices that are still there'
files\t'Boot files that are removed'
no-file\t'Devices that have no valid boot file'
network-access\t'Boot files whose NetworkAccess becomes 0'
flows\t'Boot files that lose flows or rates'
settings\t'Boot files that lose a configfile\'s settings'
key-file\t'Boot files that are signed with another secret'"
complete -c provha -n "__fish_provha_using_subcommand setup; and __fish_seen_subcommand_from check" -l restart-hold -d 'Delay a restart of dhcpd up to this long while its failover peer does not serve [default: PROVHA__RESTART_HOLD]' -r
complete -c provha -n "__fish_provha_using_subcommand setup; and __fish_seen_subcommand_from check" -l reason -d 'Why this is done: kept with the generation or the mute' -r
complete -c provha -n "__fish_provha_using_subcommand setup; and __fish_seen_subcommand_from check" -l color -d 'Use colour' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set or TERM is dumb'
always\t'Always'
never\t'Never'"
complete -c provha -n "__fish_provha_using_subcommand setup; and __fish_seen_subcommand_from check" -l dry-run -d 'Check everything and list what would change, but change nothing'
complete -c provha -n "__fish_provha_using_subcommand setup; and __fish_seen_subcommand_from check" -l diff -d 'Like --dry-run, and show the changed lines'
complete -c provha -n "__fish_provha_using_subcommand setup; and __fish_seen_subcommand_from check" -l exit-code -d 'With --dry-run or --diff: exit with 10 if changes are pending'
complete -c provha -n "__fish_provha_using_subcommand setup; and __fish_seen_subcommand_from check" -l no-activate -d 'Write files, but restart no daemon and contact no host except the database'
complete -c provha -n "__fish_provha_using_subcommand setup; and __fish_seen_subcommand_from check" -l strict -d 'Refuse the run (exit 3) if there are findings'
complete -c provha -n "__fish_provha_using_subcommand setup; and __fish_seen_subcommand_from check" -l allow-empty-pools -d 'Allow this run to remove pools that have active leases'
complete -c provha -n "__fish_provha_using_subcommand setup; and __fish_seen_subcommand_from check" -l drain -d 'Let the leases of pools that shrank or are gone go on, but give no new ones there, until the last of them has ended'
complete -c provha -n "__fish_provha_using_subcommand setup; and __fish_seen_subcommand_from check" -l accept-older-database -d 'Make the database live although what is live was made of newer values'
complete -c provha -n "__fish_provha_using_subcommand setup; and __fish_seen_subcommand_from check" -l json -d 'Print the result as one JSON object on stdout'
complete -c provha -n "__fish_provha_using_subcommand setup; and __fish_seen_subcommand_from check" -s q -l quiet -d 'Print warnings and errors only'
complete -c provha -n "__fish_provha_using_subcommand setup; and __fish_seen_subcommand_from check" -s v -l verbose -d 'Print more details'
complete -c provha -n "__fish_provha_using_subcommand setup; and __fish_seen_subcommand_from check" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c provha -n "__fish_provha_using_subcommand setup; and __fish_seen_subcommand_from grants" -l other-user -d 'Database user of the other machine [default: of the slave, this machine\'s with _ro; of the master, this machine\'s without it]' -r
complete -c provha -n "__fish_provha_using_subcommand setup; and __fish_seen_subcommand_from grants" -l env-dir -d 'Directory of the env files [default: /etc/nmsprime/env]' -r -F
complete -c provha -n "__fish_provha_using_subcommand setup; and __fish_seen_subcommand_from grants" -l root -d 'Directory used in place of /, like DESTDIR' -r -F
complete -c provha -n "__fish_provha_using_subcommand setup; and __fish_seen_subcommand_from grants" -l db -d 'Database: mysql://user@host[,host2][:port]/db, mysql:///db?socket=PATH or sqlite:PATH. Missing parts come from the DB_* keys' -r
complete -c provha -n "__fish_provha_using_subcommand setup; and __fish_seen_subcommand_from grants" -l role -d 'Role of this machine; overrides PROVHA__OWN_STATE' -r -f -a "master\t'Runs the GUI and writes the database; failover primary'
slave\t'Only reads the database; failover secondary'
standalone\t'One machine without a peer'"
complete -c provha -n "__fish_provha_using_subcommand setup; and __fish_seen_subcommand_from grants" -l lock-wait -d 'Wait up to this long for another run to end' -r
complete -c provha -n "__fish_provha_using_subcommand setup; and __fish_seen_subcommand_from grants" -l max-removed-percent -d 'Allow this run to remove up to this share of the live hosts' -r
complete -c provha -n "__fish_provha_using_subcommand setup; and __fish_seen_subcommand_from grants" -l max-quarantined-percent -d 'Allow this run to leave out up to this share of the rows' -r
complete -c provha -n "__fish_provha_using_subcommand setup; and __fish_seen_subcommand_from grants" -l allow -d 'Allow this run what the guard rails name, such as modems,leases' -r -f -a "all\t'Everything below'
hosts\t'Hosts of all kinds'
modems\t'Hosts of modems'
mtas\t'Hosts of telephone adapters'
endpoints\t'Hosts of endpoints'
blocked\t'Modems whose customer devices get no address any more'
cmts\t'CMTS'
pools\t'Pools that vanish or answer nobody any more'
routers\t'Pools whose router changes'
leases\t'Active leases that no range holds any more'
access-lists\t'Access lists of named and chrony that become empty'
names\t'Names of devices that are still there'
files\t'Boot files that are removed'
no-file\t'Devices that have no valid boot file'
network-access\t'Boot files whose NetworkAccess becomes 0'
flows\t'Boot files that lose flows or rates'
settings\t'Boot files that lose a configfile\'s settings'
key-file\t'Boot files that are signed with another secret'"
complete -c provha -n "__fish_provha_using_subcommand setup; and __fish_seen_subcommand_from grants" -l restart-hold -d 'Delay a restart of dhcpd up to this long while its failover peer does not serve [default: PROVHA__RESTART_HOLD]' -r
complete -c provha -n "__fish_provha_using_subcommand setup; and __fish_seen_subcommand_from grants" -l reason -d 'Why this is done: kept with the generation or the mute' -r
complete -c provha -n "__fish_provha_using_subcommand setup; and __fish_seen_subcommand_from grants" -l color -d 'Use colour' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set or TERM is dumb'
always\t'Always'
never\t'Never'"
complete -c provha -n "__fish_provha_using_subcommand setup; and __fish_seen_subcommand_from grants" -l with-passwords -d 'Put the passwords of the env files into the SQL'
complete -c provha -n "__fish_provha_using_subcommand setup; and __fish_seen_subcommand_from grants" -l dry-run -d 'Check everything and list what would change, but change nothing'
complete -c provha -n "__fish_provha_using_subcommand setup; and __fish_seen_subcommand_from grants" -l diff -d 'Like --dry-run, and show the changed lines'
complete -c provha -n "__fish_provha_using_subcommand setup; and __fish_seen_subcommand_from grants" -l exit-code -d 'With --dry-run or --diff: exit with 10 if changes are pending'
complete -c provha -n "__fish_provha_using_subcommand setup; and __fish_seen_subcommand_from grants" -l no-activate -d 'Write files, but restart no daemon and contact no host except the database'
complete -c provha -n "__fish_provha_using_subcommand setup; and __fish_seen_subcommand_from grants" -l strict -d 'Refuse the run (exit 3) if there are findings'
complete -c provha -n "__fish_provha_using_subcommand setup; and __fish_seen_subcommand_from grants" -l allow-empty-pools -d 'Allow this run to remove pools that have active leases'
complete -c provha -n "__fish_provha_using_subcommand setup; and __fish_seen_subcommand_from grants" -l drain -d 'Let the leases of pools that shrank or are gone go on, but give no new ones there, until the last of them has ended'
complete -c provha -n "__fish_provha_using_subcommand setup; and __fish_seen_subcommand_from grants" -l accept-older-database -d 'Make the database live although what is live was made of newer values'
complete -c provha -n "__fish_provha_using_subcommand setup; and __fish_seen_subcommand_from grants" -l json -d 'Print the result as one JSON object on stdout'
complete -c provha -n "__fish_provha_using_subcommand setup; and __fish_seen_subcommand_from grants" -s q -l quiet -d 'Print warnings and errors only'
complete -c provha -n "__fish_provha_using_subcommand setup; and __fish_seen_subcommand_from grants" -s v -l verbose -d 'Print more details'
complete -c provha -n "__fish_provha_using_subcommand setup; and __fish_seen_subcommand_from grants" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c provha -n "__fish_provha_using_subcommand setup; and __fish_seen_subcommand_from cmts" -l form -d 'Its command line [default: by netgw.company; unknown: all]' -r -f -a "cisco\t'Cisco IOS: uBR, cBR-8'
arris\t'Arris C4, E6000 (CommScope)'
casa\t'Casa C-series'
huawei\t'Huawei MA56xx, MA58xx'"
complete -c provha -n "__fish_provha_using_subcommand setup; and __fish_seen_subcommand_from cmts" -l env-dir -d 'Directory of the env files [default: /etc/nmsprime/env]' -r -F
complete -c provha -n "__fish_provha_using_subcommand setup; and __fish_seen_subcommand_from cmts" -l root -d 'Directory used in place of /, like DESTDIR' -r -F
complete -c provha -n "__fish_provha_using_subcommand setup; and __fish_seen_subcommand_from cmts" -l db -d 'Database: mysql://user@host[,host2][:port]/db, mysql:///db?socket=PATH or sqlite:PATH. Missing parts come from the DB_* keys' -r
complete -c provha -n "__fish_provha_using_subcommand setup; and __fish_seen_subcommand_from cmts" -l role -d 'Role of this machine; overrides PROVHA__OWN_STATE' -r -f -a "master\t'Runs the GUI and writes the database; failover primary'
slave\t'Only reads the database; failover secondary'
standalone\t'One machine without a peer'"
complete -c provha -n "__fish_provha_using_subcommand setup; and __fish_seen_subcommand_from cmts" -l lock-wait -d 'Wait up to this long for another run to end' -r
complete -c provha -n "__fish_provha_using_subcommand setup; and __fish_seen_subcommand_from cmts" -l max-removed-percent -d 'Allow this run to remove up to this share of the live hosts' -r
complete -c provha -n "__fish_provha_using_subcommand setup; and __fish_seen_subcommand_from cmts" -l max-quarantined-percent -d 'Allow this run to leave out up to this share of the rows' -r
complete -c provha -n "__fish_provha_using_subcommand setup; and __fish_seen_subcommand_from cmts" -l allow -d 'Allow this run what the guard rails name, such as modems,leases' -r -f -a "all\t'Everything below'
hosts\t'Hosts of all kinds'
modems\t'Hosts of modems'
mtas\t'Hosts of telephone adapters'
endpoints\t'Hosts of endpoints'
blocked\t'Modems whose customer devices get no address any more'
cmts\t'CMTS'
pools\t'Pools that vanish or answer nobody any more'
routers\t'Pools whose router changes'
leases\t'Active leases that no range holds any more'
access-lists\t'Access lists of named and chrony that become empty'
names\t'Names of devices that are still there'
files\t'Boot files that are removed'
no-file\t'Devices that have no valid boot file'
network-access\t'Boot files whose NetworkAccess becomes 0'
flows\t'Boot files that lose flows or rates'
settings\t'Boot files that lose a configfile\'s settings'
key-file\t'Boot files that are signed with another secret'"
complete -c provha -n "__fish_provha_using_subcommand setup; and __fish_seen_subcommand_from cmts" -l restart-hold -d 'Delay a restart of dhcpd up to this long while its failover peer does not serve [default: PROVHA__RESTART_HOLD]' -r
complete -c provha -n "__fish_provha_using_subcommand setup; and __fish_seen_subcommand_from cmts" -l reason -d 'Why this is done: kept with the generation or the mute' -r
complete -c provha -n "__fish_provha_using_subcommand setup; and __fish_seen_subcommand_from cmts" -l color -d 'Use colour' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set or TERM is dumb'
always\t'Always'
never\t'Never'"
complete -c provha -n "__fish_provha_using_subcommand setup; and __fish_seen_subcommand_from cmts" -l dry-run -d 'Check everything and list what would change, but change nothing'
complete -c provha -n "__fish_provha_using_subcommand setup; and __fish_seen_subcommand_from cmts" -l diff -d 'Like --dry-run, and show the changed lines'
complete -c provha -n "__fish_provha_using_subcommand setup; and __fish_seen_subcommand_from cmts" -l exit-code -d 'With --dry-run or --diff: exit with 10 if changes are pending'
complete -c provha -n "__fish_provha_using_subcommand setup; and __fish_seen_subcommand_from cmts" -l no-activate -d 'Write files, but restart no daemon and contact no host except the database'
complete -c provha -n "__fish_provha_using_subcommand setup; and __fish_seen_subcommand_from cmts" -l strict -d 'Refuse the run (exit 3) if there are findings'
complete -c provha -n "__fish_provha_using_subcommand setup; and __fish_seen_subcommand_from cmts" -l allow-empty-pools -d 'Allow this run to remove pools that have active leases'
complete -c provha -n "__fish_provha_using_subcommand setup; and __fish_seen_subcommand_from cmts" -l drain -d 'Let the leases of pools that shrank or are gone go on, but give no new ones there, until the last of them has ended'
complete -c provha -n "__fish_provha_using_subcommand setup; and __fish_seen_subcommand_from cmts" -l accept-older-database -d 'Make the database live although what is live was made of newer values'
complete -c provha -n "__fish_provha_using_subcommand setup; and __fish_seen_subcommand_from cmts" -l json -d 'Print the result as one JSON object on stdout'
complete -c provha -n "__fish_provha_using_subcommand setup; and __fish_seen_subcommand_from cmts" -s q -l quiet -d 'Print warnings and errors only'
complete -c provha -n "__fish_provha_using_subcommand setup; and __fish_seen_subcommand_from cmts" -s v -l verbose -d 'Print more details'
complete -c provha -n "__fish_provha_using_subcommand setup; and __fish_seen_subcommand_from cmts" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c provha -n "__fish_provha_using_subcommand setup; and __fish_seen_subcommand_from icinga" -l form -d 'How Icinga itself runs' -r -f -a "single\t'One Icinga master asks both machines by ssh'
dual\t'Both machines are Icinga masters of one zone'"
complete -c provha -n "__fish_provha_using_subcommand setup; and __fish_seen_subcommand_from icinga" -l env-dir -d 'Directory of the env files [default: /etc/nmsprime/env]' -r -F
complete -c provha -n "__fish_provha_using_subcommand setup; and __fish_seen_subcommand_from icinga" -l root -d 'Directory used in place of /, like DESTDIR' -r -F
complete -c provha -n "__fish_provha_using_subcommand setup; and __fish_seen_subcommand_from icinga" -l db -d 'Database: mysql://user@host[,host2][:port]/db, mysql:///db?socket=PATH or sqlite:PATH. Missing parts come from the DB_* keys' -r
complete -c provha -n "__fish_provha_using_subcommand setup; and __fish_seen_subcommand_from icinga" -l role -d 'Role of this machine; overrides PROVHA__OWN_STATE' -r -f -a "master\t'Runs the GUI and writes the database; failover primary'
slave\t'Only reads the database; failover secondary'
standalone\t'One machine without a peer'"
complete -c provha -n "__fish_provha_using_subcommand setup; and __fish_seen_subcommand_from icinga" -l lock-wait -d 'Wait up to this long for another run to end' -r
complete -c provha -n "__fish_provha_using_subcommand setup; and __fish_seen_subcommand_from icinga" -l max-removed-percent -d 'Allow this run to remove up to this share of the live hosts' -r
complete -c provha -n "__fish_provha_using_subcommand setup; and __fish_seen_subcommand_from icinga" -l max-quarantined-percent -d 'Allow this run to leave out up to this share of the rows' -r
complete -c provha -n "__fish_provha_using_subcommand setup; and __fish_seen_subcommand_from icinga" -l allow -d 'Allow this run what the guard rails name, such as modems,leases' -r -f -a "all\t'Everything below'
hosts\t'Hosts of all kinds'
modems\t'Hosts of modems'
mtas\t'Hosts of telephone adapters'
endpoints\t'Hosts of endpoints'
blocked\t'Modems whose customer devices get no address any more'
cmts\t'CMTS'
pools\t'Pools that vanish or answer nobody any more'
routers\t'Pools whose router changes'
leases\t'Active leases that no range holds any more'
access-lists\t'Access lists of named and chrony that become empty'
names\t'Names of devices that are still there'
files\t'Boot files that are removed'
no-file\t'Devices that have no valid boot file'
network-access\t'Boot files whose NetworkAccess becomes 0'
flows\t'Boot files that lose flows or rates'
settings\t'Boot files that lose a configfile\'s settings'
key-file\t'Boot files that are signed with another secret'"
complete -c provha -n "__fish_provha_using_subcommand setup; and __fish_seen_subcommand_from icinga" -l restart-hold -d 'Delay a restart of dhcpd up to this long while its failover peer does not serve [default: PROVHA__RESTART_HOLD]' -r
complete -c provha -n "__fish_provha_using_subcommand setup; and __fish_seen_subcommand_from icinga" -l reason -d 'Why this is done: kept with the generation or the mute' -r
complete -c provha -n "__fish_provha_using_subcommand setup; and __fish_seen_subcommand_from icinga" -l color -d 'Use colour' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set or TERM is dumb'
always\t'Always'
never\t'Never'"
complete -c provha -n "__fish_provha_using_subcommand setup; and __fish_seen_subcommand_from icinga" -l dry-run -d 'Check everything and list what would change, but change nothing'
complete -c provha -n "__fish_provha_using_subcommand setup; and __fish_seen_subcommand_from icinga" -l diff -d 'Like --dry-run, and show the changed lines'
complete -c provha -n "__fish_provha_using_subcommand setup; and __fish_seen_subcommand_from icinga" -l exit-code -d 'With --dry-run or --diff: exit with 10 if changes are pending'
complete -c provha -n "__fish_provha_using_subcommand setup; and __fish_seen_subcommand_from icinga" -l no-activate -d 'Write files, but restart no daemon and contact no host except the database'
complete -c provha -n "__fish_provha_using_subcommand setup; and __fish_seen_subcommand_from icinga" -l strict -d 'Refuse the run (exit 3) if there are findings'
complete -c provha -n "__fish_provha_using_subcommand setup; and __fish_seen_subcommand_from icinga" -l allow-empty-pools -d 'Allow this run to remove pools that have active leases'
complete -c provha -n "__fish_provha_using_subcommand setup; and __fish_seen_subcommand_from icinga" -l drain -d 'Let the leases of pools that shrank or are gone go on, but give no new ones there, until the last of them has ended'
complete -c provha -n "__fish_provha_using_subcommand setup; and __fish_seen_subcommand_from icinga" -l accept-older-database -d 'Make the database live although what is live was made of newer values'
complete -c provha -n "__fish_provha_using_subcommand setup; and __fish_seen_subcommand_from icinga" -l json -d 'Print the result as one JSON object on stdout'
complete -c provha -n "__fish_provha_using_subcommand setup; and __fish_seen_subcommand_from icinga" -s q -l quiet -d 'Print warnings and errors only'
complete -c provha -n "__fish_provha_using_subcommand setup; and __fish_seen_subcommand_from icinga" -s v -l verbose -d 'Print more details'
complete -c provha -n "__fish_provha_using_subcommand setup; and __fish_seen_subcommand_from icinga" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c provha -n "__fish_provha_using_subcommand setup; and __fish_seen_subcommand_from pair" -l timeout -d 'Give up waiting for normal operation after this long' -r
complete -c provha -n "__fish_provha_using_subcommand setup; and __fish_seen_subcommand_from pair" -l env-dir -d 'Directory of the env files [default: /etc/nmsprime/env]' -r -F
complete -c provha -n "__fish_provha_using_subcommand setup; and __fish_seen_subcommand_from pair" -l root -d 'Directory used in place of /, like DESTDIR' -r -F
complete -c provha -n "__fish_provha_using_subcommand setup; and __fish_seen_subcommand_from pair" -l db -d 'Database: mysql://user@host[,host2][:port]/db, mysql:///db?socket=PATH or sqlite:PATH. Missing parts come from the DB_* keys' -r
complete -c provha -n "__fish_provha_using_subcommand setup; and __fish_seen_subcommand_from pair" -l role -d 'Role of this machine; overrides PROVHA__OWN_STATE' -r -f -a "master\t'Runs the GUI and writes the database; failover primary'
slave\t'Only reads the database; failover secondary'
standalone\t'One machine without a peer'"
complete -c provha -n "__fish_provha_using_subcommand setup; and __fish_seen_subcommand_from pair" -l lock-wait -d 'Wait up to this long for another run to end' -r
complete -c provha -n "__fish_provha_using_subcommand setup; and __fish_seen_subcommand_from pair" -l max-removed-percent -d 'Allow this run to remove up to this share of the live hosts' -r
complete -c provha -n "__fish_provha_using_subcommand setup; and __fish_seen_subcommand_from pair" -l max-quarantined-percent -d 'Allow this run to leave out up to this share of the rows' -r
complete -c provha -n "__fish_provha_using_subcommand setup; and __fish_seen_subcommand_from pair" -l allow -d 'Allow this run what the guard rails name, such as modems,leases' -r -f -a "all\t'Everything below'
hosts\t'Hosts of all kinds'
modems\t'Hosts of modems'
mtas\t'Hosts of telephone adapters'
endpoints\t'Hosts of endpoints'
blocked\t'Modems whose customer devices get no address any more'
cmts\t'CMTS'
pools\t'Pools that vanish or answer nobody any more'
routers\t'Pools whose router changes'
leases\t'Active leases that no range holds any more'
access-lists\t'Access lists of named and chrony that become empty'
names\t'Names of devices that are still there'
files\t'Boot files that are removed'
no-file\t'Devices that have no valid boot file'
network-access\t'Boot files whose NetworkAccess becomes 0'
flows\t'Boot files that lose flows or rates'
settings\t'Boot files that lose a configfile\'s settings'
key-file\t'Boot files that are signed with another secret'"
complete -c provha -n "__fish_provha_using_subcommand setup; and __fish_seen_subcommand_from pair" -l restart-hold -d 'Delay a restart of dhcpd up to this long while its failover peer does not serve [default: PROVHA__RESTART_HOLD]' -r
complete -c provha -n "__fish_provha_using_subcommand setup; and __fish_seen_subcommand_from pair" -l reason -d 'Why this is done: kept with the generation or the mute' -r
complete -c provha -n "__fish_provha_using_subcommand setup; and __fish_seen_subcommand_from pair" -l color -d 'Use colour' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set or TERM is dumb'
always\t'Always'
never\t'Never'"
complete -c provha -n "__fish_provha_using_subcommand setup; and __fish_seen_subcommand_from pair" -l yes -d 'Do it'
complete -c provha -n "__fish_provha_using_subcommand setup; and __fish_seen_subcommand_from pair" -l dry-run -d 'Check everything and list what would change, but change nothing'
complete -c provha -n "__fish_provha_using_subcommand setup; and __fish_seen_subcommand_from pair" -l diff -d 'Like --dry-run, and show the changed lines'
complete -c provha -n "__fish_provha_using_subcommand setup; and __fish_seen_subcommand_from pair" -l exit-code -d 'With --dry-run or --diff: exit with 10 if changes are pending'
complete -c provha -n "__fish_provha_using_subcommand setup; and __fish_seen_subcommand_from pair" -l no-activate -d 'Write files, but restart no daemon and contact no host except the database'
complete -c provha -n "__fish_provha_using_subcommand setup; and __fish_seen_subcommand_from pair" -l strict -d 'Refuse the run (exit 3) if there are findings'
complete -c provha -n "__fish_provha_using_subcommand setup; and __fish_seen_subcommand_from pair" -l allow-empty-pools -d 'Allow this run to remove pools that have active leases'
complete -c provha -n "__fish_provha_using_subcommand setup; and __fish_seen_subcommand_from pair" -l drain -d 'Let the leases of pools that shrank or are gone go on, but give no new ones there, until the last of them has ended'
complete -c provha -n "__fish_provha_using_subcommand setup; and __fish_seen_subcommand_from pair" -l accept-older-database -d 'Make the database live although what is live was made of newer values'
complete -c provha -n "__fish_provha_using_subcommand setup; and __fish_seen_subcommand_from pair" -l json -d 'Print the result as one JSON object on stdout'
complete -c provha -n "__fish_provha_using_subcommand setup; and __fish_seen_subcommand_from pair" -s q -l quiet -d 'Print warnings and errors only'
complete -c provha -n "__fish_provha_using_subcommand setup; and __fish_seen_subcommand_from pair" -s v -l verbose -d 'Print more details'
complete -c provha -n "__fish_provha_using_subcommand setup; and __fish_seen_subcommand_from pair" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c provha -n "__fish_provha_using_subcommand demo" -l out -d 'Directory in which master/ and slave/ are made' -r -F
complete -c provha -n "__fish_provha_using_subcommand demo" -l env-dir -d 'Directory of the env files [default: /etc/nmsprime/env]' -r -F
complete -c provha -n "__fish_provha_using_subcommand demo" -l root -d 'Directory used in place of /, like DESTDIR' -r -F
complete -c provha -n "__fish_provha_using_subcommand demo" -l db -d 'Database: mysql://user@host[,host2][:port]/db, mysql:///db?socket=PATH or sqlite:PATH. Missing parts come from the DB_* keys' -r
complete -c provha -n "__fish_provha_using_subcommand demo" -l role -d 'Role of this machine; overrides PROVHA__OWN_STATE' -r -f -a "master\t'Runs the GUI and writes the database; failover primary'
slave\t'Only reads the database; failover secondary'
standalone\t'One machine without a peer'"
complete -c provha -n "__fish_provha_using_subcommand demo" -l lock-wait -d 'Wait up to this long for another run to end' -r
complete -c provha -n "__fish_provha_using_subcommand demo" -l max-removed-percent -d 'Allow this run to remove up to this share of the live hosts' -r
complete -c provha -n "__fish_provha_using_subcommand demo" -l max-quarantined-percent -d 'Allow this run to leave out up to this share of the rows' -r
complete -c provha -n "__fish_provha_using_subcommand demo" -l allow -d 'Allow this run what the guard rails name, such as modems,leases' -r -f -a "all\t'Everything below'
hosts\t'Hosts of all kinds'
modems\t'Hosts of modems'
mtas\t'Hosts of telephone adapters'
endpoints\t'Hosts of endpoints'
blocked\t'Modems whose customer devices get no address any more'
cmts\t'CMTS'
pools\t'Pools that vanish or answer nobody any more'
routers\t'Pools whose router changes'
leases\t'Active leases that no range holds any more'
access-lists\t'Access lists of named and chrony that become empty'
names\t'Names of devices that are still there'
files\t'Boot files that are removed'
no-file\t'Devices that have no valid boot file'
network-access\t'Boot files whose NetworkAccess becomes 0'
flows\t'Boot files that lose flows or rates'
settings\t'Boot files that lose a configfile\'s settings'
key-file\t'Boot files that are signed with another secret'"
complete -c provha -n "__fish_provha_using_subcommand demo" -l restart-hold -d 'Delay a restart of dhcpd up to this long while its failover peer does not serve [default: PROVHA__RESTART_HOLD]' -r
complete -c provha -n "__fish_provha_using_subcommand demo" -l reason -d 'Why this is done: kept with the generation or the mute' -r
complete -c provha -n "__fish_provha_using_subcommand demo" -l color -d 'Use colour' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set or TERM is dumb'
always\t'Always'
never\t'Never'"
complete -c provha -n "__fish_provha_using_subcommand demo" -l dry-run -d 'Check everything and list what would change, but change nothing'
complete -c provha -n "__fish_provha_using_subcommand demo" -l diff -d 'Like --dry-run, and show the changed lines'
complete -c provha -n "__fish_provha_using_subcommand demo" -l exit-code -d 'With --dry-run or --diff: exit with 10 if changes are pending'
complete -c provha -n "__fish_provha_using_subcommand demo" -l no-activate -d 'Write files, but restart no daemon and contact no host except the database'
complete -c provha -n "__fish_provha_using_subcommand demo" -l strict -d 'Refuse the run (exit 3) if there are findings'
complete -c provha -n "__fish_provha_using_subcommand demo" -l allow-empty-pools -d 'Allow this run to remove pools that have active leases'
complete -c provha -n "__fish_provha_using_subcommand demo" -l drain -d 'Let the leases of pools that shrank or are gone go on, but give no new ones there, until the last of them has ended'
complete -c provha -n "__fish_provha_using_subcommand demo" -l accept-older-database -d 'Make the database live although what is live was made of newer values'
complete -c provha -n "__fish_provha_using_subcommand demo" -l json -d 'Print the result as one JSON object on stdout'
complete -c provha -n "__fish_provha_using_subcommand demo" -s q -l quiet -d 'Print warnings and errors only'
complete -c provha -n "__fish_provha_using_subcommand demo" -s v -l verbose -d 'Print more details'
complete -c provha -n "__fish_provha_using_subcommand demo" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c provha -n "__fish_provha_using_subcommand completions" -l env-dir -d 'Directory of the env files [default: /etc/nmsprime/env]' -r -F
complete -c provha -n "__fish_provha_using_subcommand completions" -l root -d 'Directory used in place of /, like DESTDIR' -r -F
complete -c provha -n "__fish_provha_using_subcommand completions" -l db -d 'Database: mysql://user@host[,host2][:port]/db, mysql:///db?socket=PATH or sqlite:PATH. Missing parts come from the DB_* keys' -r
complete -c provha -n "__fish_provha_using_subcommand completions" -l role -d 'Role of this machine; overrides PROVHA__OWN_STATE' -r -f -a "master\t'Runs the GUI and writes the database; failover primary'
slave\t'Only reads the database; failover secondary'
standalone\t'One machine without a peer'"
complete -c provha -n "__fish_provha_using_subcommand completions" -l lock-wait -d 'Wait up to this long for another run to end' -r
complete -c provha -n "__fish_provha_using_subcommand completions" -l max-removed-percent -d 'Allow this run to remove up to this share of the live hosts' -r
complete -c provha -n "__fish_provha_using_subcommand completions" -l max-quarantined-percent -d 'Allow this run to leave out up to this share of the rows' -r
complete -c provha -n "__fish_provha_using_subcommand completions" -l allow -d 'Allow this run what the guard rails name, such as modems,leases' -r -f -a "all\t'Everything below'
hosts\t'Hosts of all kinds'
modems\t'Hosts of modems'
mtas\t'Hosts of telephone adapters'
endpoints\t'Hosts of endpoints'
blocked\t'Modems whose customer devices get no address any more'
cmts\t'CMTS'
pools\t'Pools that vanish or answer nobody any more'
routers\t'Pools whose router changes'
leases\t'Active leases that no range holds any more'
access-lists\t'Access lists of named and chrony that become empty'
names\t'Names of devices that are still there'
files\t'Boot files that are removed'
no-file\t'Devices that have no valid boot file'
network-access\t'Boot files whose NetworkAccess becomes 0'
flows\t'Boot files that lose flows or rates'
settings\t'Boot files that lose a configfile\'s settings'
key-file\t'Boot files that are signed with another secret'"
complete -c provha -n "__fish_provha_using_subcommand completions" -l restart-hold -d 'Delay a restart of dhcpd up to this long while its failover peer does not serve [default: PROVHA__RESTART_HOLD]' -r
complete -c provha -n "__fish_provha_using_subcommand completions" -l reason -d 'Why this is done: kept with the generation or the mute' -r
complete -c provha -n "__fish_provha_using_subcommand completions" -l color -d 'Use colour' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set or TERM is dumb'
always\t'Always'
never\t'Never'"
complete -c provha -n "__fish_provha_using_subcommand completions" -l dry-run -d 'Check everything and list what would change, but change nothing'
complete -c provha -n "__fish_provha_using_subcommand completions" -l diff -d 'Like --dry-run, and show the changed lines'
complete -c provha -n "__fish_provha_using_subcommand completions" -l exit-code -d 'With --dry-run or --diff: exit with 10 if changes are pending'
complete -c provha -n "__fish_provha_using_subcommand completions" -l no-activate -d 'Write files, but restart no daemon and contact no host except the database'
complete -c provha -n "__fish_provha_using_subcommand completions" -l strict -d 'Refuse the run (exit 3) if there are findings'
complete -c provha -n "__fish_provha_using_subcommand completions" -l allow-empty-pools -d 'Allow this run to remove pools that have active leases'
complete -c provha -n "__fish_provha_using_subcommand completions" -l drain -d 'Let the leases of pools that shrank or are gone go on, but give no new ones there, until the last of them has ended'
complete -c provha -n "__fish_provha_using_subcommand completions" -l accept-older-database -d 'Make the database live although what is live was made of newer values'
complete -c provha -n "__fish_provha_using_subcommand completions" -l json -d 'Print the result as one JSON object on stdout'
complete -c provha -n "__fish_provha_using_subcommand completions" -s q -l quiet -d 'Print warnings and errors only'
complete -c provha -n "__fish_provha_using_subcommand completions" -s v -l verbose -d 'Print more details'
complete -c provha -n "__fish_provha_using_subcommand completions" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c provha -n "__fish_provha_using_subcommand man" -l out -d 'Directory in which man1/, man5/ and man7/ are made' -r -F
complete -c provha -n "__fish_provha_using_subcommand man" -l env-dir -d 'Directory of the env files [default: /etc/nmsprime/env]' -r -F
complete -c provha -n "__fish_provha_using_subcommand man" -l root -d 'Directory used in place of /, like DESTDIR' -r -F
complete -c provha -n "__fish_provha_using_subcommand man" -l db -d 'Database: mysql://user@host[,host2][:port]/db, mysql:///db?socket=PATH or sqlite:PATH. Missing parts come from the DB_* keys' -r
complete -c provha -n "__fish_provha_using_subcommand man" -l role -d 'Role of this machine; overrides PROVHA__OWN_STATE' -r -f -a "master\t'Runs the GUI and writes the database; failover primary'
slave\t'Only reads the database; failover secondary'
standalone\t'One machine without a peer'"
complete -c provha -n "__fish_provha_using_subcommand man" -l lock-wait -d 'Wait up to this long for another run to end' -r
complete -c provha -n "__fish_provha_using_subcommand man" -l max-removed-percent -d 'Allow this run to remove up to this share of the live hosts' -r
complete -c provha -n "__fish_provha_using_subcommand man" -l max-quarantined-percent -d 'Allow this run to leave out up to this share of the rows' -r
complete -c provha -n "__fish_provha_using_subcommand man" -l allow -d 'Allow this run what the guard rails name, such as modems,leases' -r -f -a "all\t'Everything below'
hosts\t'Hosts of all kinds'
modems\t'Hosts of modems'
mtas\t'Hosts of telephone adapters'
endpoints\t'Hosts of endpoints'
blocked\t'Modems whose customer devices get no address any more'
cmts\t'CMTS'
pools\t'Pools that vanish or answer nobody any more'
routers\t'Pools whose router changes'
leases\t'Active leases that no range holds any more'
access-lists\t'Access lists of named and chrony that become empty'
names\t'Names of devices that are still there'
files\t'Boot files that are removed'
no-file\t'Devices that have no valid boot file'
network-access\t'Boot files whose NetworkAccess becomes 0'
flows\t'Boot files that lose flows or rates'
settings\t'Boot files that lose a configfile\'s settings'
key-file\t'Boot files that are signed with another secret'"
complete -c provha -n "__fish_provha_using_subcommand man" -l restart-hold -d 'Delay a restart of dhcpd up to this long while its failover peer does not serve [default: PROVHA__RESTART_HOLD]' -r
complete -c provha -n "__fish_provha_using_subcommand man" -l reason -d 'Why this is done: kept with the generation or the mute' -r
complete -c provha -n "__fish_provha_using_subcommand man" -l color -d 'Use colour' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set or TERM is dumb'
always\t'Always'
never\t'Never'"
complete -c provha -n "__fish_provha_using_subcommand man" -l dry-run -d 'Check everything and list what would change, but change nothing'
complete -c provha -n "__fish_provha_using_subcommand man" -l diff -d 'Like --dry-run, and show the changed lines'
complete -c provha -n "__fish_provha_using_subcommand man" -l exit-code -d 'With --dry-run or --diff: exit with 10 if changes are pending'
complete -c provha -n "__fish_provha_using_subcommand man" -l no-activate -d 'Write files, but restart no daemon and contact no host except the database'
complete -c provha -n "__fish_provha_using_subcommand man" -l strict -d 'Refuse the run (exit 3) if there are findings'
complete -c provha -n "__fish_provha_using_subcommand man" -l allow-empty-pools -d 'Allow this run to remove pools that have active leases'
complete -c provha -n "__fish_provha_using_subcommand man" -l drain -d 'Let the leases of pools that shrank or are gone go on, but give no new ones there, until the last of them has ended'
complete -c provha -n "__fish_provha_using_subcommand man" -l accept-older-database -d 'Make the database live although what is live was made of newer values'
complete -c provha -n "__fish_provha_using_subcommand man" -l json -d 'Print the result as one JSON object on stdout'
complete -c provha -n "__fish_provha_using_subcommand man" -s q -l quiet -d 'Print warnings and errors only'
complete -c provha -n "__fish_provha_using_subcommand man" -s v -l verbose -d 'Print more details'
complete -c provha -n "__fish_provha_using_subcommand man" -s h -l help -d 'Print help (see more with \'--help\')'
