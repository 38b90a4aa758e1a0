//! The wrapper in the place of the existing system's `artisan`: commands that
//! provha replaces end in provha, all others in the former file.

use crate::services::writers::judge::WRAPPER_MARK;

/// The former file, beside the wrapper.
pub const FORMER: &str = "artisan.before-provha";

/// The wrapper's text; `program` is provha.
///
/// Root runs provha. Another user may not write what provha writes, and
/// nothing is missing: provha's own timer makes it within a minute.
pub fn text(program: &str) -> String {
    let program = program.replace('\\', "\\\\").replace('\'', "\\'");
    format!(
        r"#!/usr/bin/env php
<?php
// {WRAPPER_MARK}. Undo: provha setup hand-over --undo --yes
$taken = ['nms:dhcp', 'nms:configfile', 'nms:cpe',
    'provha:rebuild_slave_config', 'provha:sync_ha_master_files',
    'provha:clean_up_slave'];
$words = array_slice($argv, 1);
foreach ($words as $word) {{
    if ($word !== '' && $word[0] !== '-') {{
        break;
    }}
}}
if (!in_array($word ?? '', $taken, true)) {{
    require __DIR__.'/{FORMER}';
    return;
}}
$status = @file_get_contents('/proc/self/status') ?: '';
if (!preg_match('/^Uid:\s+\d+\s+0\s/m', $status)) {{
    fwrite(STDERR, $word.': provha makes these files now, by its timer or '
        .'watch; nothing is done here (to make them now: run provha as root)'
        .PHP_EOL);
    exit(0);
}}
$line = escapeshellarg('{program}');
foreach ($words as $argument) {{
    $line .= ' '.escapeshellarg($argument);
}}
passthru($line, $code);
exit($code);
"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_says_what_it_is_and_calls_both() {
        let text = text("/usr/bin/it's");
        assert!(text.starts_with("#!/usr/bin/env php\n<?php\n"));
        assert!(text.contains(WRAPPER_MARK));
        assert!(text.contains(r"escapeshellarg('/usr/bin/it\'s')"));
        assert!(text.contains("/artisan.before-provha'"));
    }
}
