//! The command line of `provha docsis`: types only.

// The doc comments are the help texts, not rustdoc.
#![allow(rustdoc::broken_intra_doc_links, rustdoc::bare_urls)]

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};

/// The codec's commands.
#[derive(Debug, Clone, Subcommand)]
pub enum DocsisCommand {
    /// Encode a text, or the JSON of decode, into a binary
    #[command(after_help = "Examples:\n  \
        provha docsis encode --keyfile /tftpboot/keyfile cm.conf cm.cfg\n  \
        provha docsis encode --mta --hash eu mta.conf mta.cfg\n  \
        provha docsis encode --keyfile key --out-dir cfg texts/")]
    Encode(DocsisEncode),
    /// Decode a binary into text; with --json into a tree of settings
    #[command(after_help = "Example:\n  \
        provha docsis decode /tftpboot/cm/cm-100000.cfg")]
    Decode(DocsisDecode),
    /// Check the MICs, the structure, the hash and the meaning of a binary
    #[command(
        after_help = "Exit 3: something is BAD; with --strict also where \
        something is odd.\n\nExample:\n  \
        provha docsis verify --keyfile /tftpboot/keyfile cm-100000.cfg"
    )]
    Verify {
        /// File with the secret shared with the CMTS
        #[arg(long, value_name = "FILE")]
        keyfile: Option<PathBuf>,
        /// Rules that are silenced; --rules of check lists them
        #[arg(long, value_name = "RULE,...")]
        allow: Vec<String>,
        /// The binary; - is standard input
        file: PathBuf,
    },
    /// Check the meaning of texts and binaries: no wrong service passes
    #[command(
        after_help = "Exit 3: something is BAD or refused; with --strict \
        also where there is a note.\n\nExamples:\n  \
        provha docsis check cm.conf /tftpboot/cm/*.cfg\n  \
        provha docsis check --rules"
    )]
    Check(DocsisCheck),
    /// Tell what a setting or an SNMP object is: code, type, limits, version
    #[command(after_help = "Examples:\n  \
        provha docsis describe MaxRateSustained\n  \
        provha docsis describe 24.8\n  \
        provha docsis describe .1.3.6.1.2.1.1.4")]
    Describe {
        /// Directory of MIB files; may be given several times
        #[arg(long, value_name = "DIR")]
        mib_dir: Vec<PathBuf>,
        /// Name of a setting or object, code such as 24.8, or object identifier
        #[arg(value_name = "NAME|CODE|OID")]
        what: String,
    },
    /// Say what changes between two binaries; with --exit-code: exit 10 where
    /// they differ
    Diff {
        /// Directory of MIB files; may be given several times
        #[arg(long, value_name = "DIR")]
        mib_dir: Vec<PathBuf>,
        /// The binary before
        old: PathBuf,
        /// The binary after
        new: PathBuf,
    },
}

/// The hash of an adapter's file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum HashWord {
    /// EuroPacketCable
    Eu,
    /// PacketCable, North America
    Na,
    /// None
    None,
}

/// Options of `docsis encode`.
#[derive(Debug, Clone, Args)]
pub struct DocsisEncode {
    /// For a telephone adapter: no MICs, no end marker
    #[arg(long)]
    pub mta: bool,
    /// Configuration hash that is added
    #[arg(long, default_value = "none")]
    pub hash: HashWord,
    /// Dial plan that is added
    #[arg(long, value_name = "FILE")]
    pub dialplan: Option<PathBuf>,
    /// File with the secret shared with the CMTS [default: an empty secret]
    #[arg(long, value_name = "FILE")]
    pub keyfile: Option<PathBuf>,
    /// Drop what does not fit, with a warning, as the reference encoder does
    #[arg(long)]
    pub lenient: bool,
    /// Rules of the check that are silenced; `docsis check --rules` lists them
    #[arg(long, value_name = "RULE,...")]
    pub allow: Vec<String>,
    /// Directory of MIB files; may be given several times
    #[arg(long, value_name = "DIR")]
    pub mib_dir: Vec<PathBuf>,
    /// Directory that gets NAME.cfg for each input; every file named is an
    /// input then, and of a directory all that end in .conf, .txt or .json
    #[arg(long, value_name = "DIR")]
    pub out_dir: Option<PathBuf>,
    /// The text; - is standard input
    pub input: PathBuf,
    /// The binary; - is standard output
    pub output: Option<PathBuf>,
    /// More inputs, with --out-dir
    pub more: Vec<PathBuf>,
}

/// Options of `docsis check`.
#[derive(Debug, Clone, Args)]
pub struct DocsisCheck {
    /// List the rules: name, severity, reason, source
    #[arg(long, conflicts_with_all = ["mta", "allow", "mib_dir", "docsis"])]
    pub rules: bool,
    /// Texts are for telephone adapters
    #[arg(long)]
    pub mta: bool,
    /// Rules that are silenced
    #[arg(long, value_name = "RULE,...")]
    pub allow: Vec<String>,
    /// Version of the modems: settings that it does not know are told
    #[arg(long, value_name = "VERSION")]
    pub docsis: Option<String>,
    /// Directory of MIB files; may be given several times
    #[arg(long, value_name = "DIR")]
    pub mib_dir: Vec<PathBuf>,
    /// Texts and binaries; - is standard input
    #[arg(required_unless_present = "rules", value_name = "FILE")]
    pub files: Vec<PathBuf>,
}

/// Options of `docsis decode`.
#[derive(Debug, Clone, Args)]
pub struct DocsisDecode {
    /// Object identifiers as numbers
    #[arg(long)]
    pub numeric_oids: bool,
    /// Write a digit map to this file and name it, as the reference does
    #[arg(long, value_name = "FILE")]
    pub digit_map: Option<PathBuf>,
    /// Say more in comments: numbers in words, settings inside values, names
    /// of newer settings
    #[arg(long)]
    pub explain: bool,
    /// Directory of MIB files; may be given several times
    #[arg(long, value_name = "DIR")]
    pub mib_dir: Vec<PathBuf>,
    /// The binary; - is standard input
    pub input: PathBuf,
}
