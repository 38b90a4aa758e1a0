//! A directory that GlusterFS holds on all nodes: `cluster fs`. The four steps
//! of the documents, each on stock `gluster`, and the state of what they made.
//!
//! What is to be done is decided by what `gluster` says of this node; a step
//! that is done makes nothing when it is run again.

pub mod facts;
pub mod init;
pub mod json;
pub mod mount;
pub mod peers;
pub mod status;
pub mod step;
pub mod volume;

use std::path::PathBuf;
use std::time::Duration;

use crate::cluster::nodes::{self, Node};
use crate::cluster::remote::{Place, Remote, Said, quoted};
use crate::context::Context;
use crate::exit::Stop;
use crate::gluster::facts::Info;

/// The list of nodes.
const LIST: &str = "CLUSTER_FS_PEER_HOSTS";
/// Nodes of a volume: two that hold everything, and an arbiter.
const NODES: usize = 3;
/// How long `gluster` may take to answer a question.
const ASK: Duration = Duration::from_secs(10);
/// The port of glusterd.
pub const PORT: u16 = 24007;

/// The volume as the settings name it, and how `gluster` is asked.
pub struct Volume<'a> {
    /// What the program knows.
    pub context: &'a Context<'a>,
    /// The nodes; the last one is the arbiter.
    pub nodes: Vec<Node>,
    /// The place of this machine in the list.
    pub own: usize,
    /// Its name.
    pub name: String,
    /// Where each node keeps its copy.
    pub brick: PathBuf,
    /// Where it is mounted.
    pub dir: PathBuf,
    remote: Remote,
}

impl<'a> Volume<'a> {
    /// By the settings, checked.
    ///
    /// # Errors
    /// Exit 3: not three nodes, this machine is none of them, or no directory.
    pub fn find(context: &'a Context<'a>) -> anyhow::Result<Self> {
        let settings = &context.settings;
        let nodes = nodes::list(context, LIST)?;
        let refused = |text: String, hint: &str| {
            Err(Stop::refused(text).hint(hint.to_string()).into())
        };
        if nodes.len() != NODES {
            let text = format!(
                "{}: {LIST} names {} nodes: a volume needs two that hold \
                 everything and an arbiter. With two alone, a cut between them \
                 either makes two histories of the same files (split brain) or \
                 stops both",
                settings.place(LIST),
                nodes.len()
            );
            let hint = "name three, the master first and the arbiter last; it \
                        keeps names only, and may be any small machine. To \
                        send files one way, provha sync-ha-master-files needs \
                        no volume";
            return refused(text, hint);
        }
        let Some(own) = nodes.iter().position(|node| node.own) else {
            let text = format!("this machine is not in {LIST}");
            let hint = "on a node of the volume, the list has an address of \
                        its own";
            return refused(text, hint);
        };
        if settings.text("PROVHA__FS_DIR").is_empty() {
            let text = "PROVHA__FS_DIR is not set: no directory is to be held \
                        on all nodes";
            let hint = "set it in provha.env, on all nodes alike";
            return refused(text.into(), hint);
        }
        // Blanks part the words of /etc/fstab and of what gluster tells.
        for key in ["PROVHA__FS_DIR", "PROVHA__FS_VOLUME", "PROVHA__FS_BRICK"] {
            if settings.text(key).contains(char::is_whitespace) {
                let text = format!("{key} has a blank in it");
                return refused(text, "choose a name without blanks");
            }
        }
        Ok(Self {
            context,
            nodes,
            own,
            name: settings.text("PROVHA__FS_VOLUME").into(),
            brick: settings.path("PROVHA__FS_BRICK"),
            dir: settings.path("PROVHA__FS_DIR"),
            remote: Remote::here(),
        })
    }

    /// Runs a script on this machine.
    ///
    /// # Errors
    /// It did not end in time, or could not be run.
    pub fn run(&self, script: &str, limit: Duration) -> Result<Said, String> {
        self.remote.run(Place::Here, script, limit)
    }

    /// What `gluster` answers.
    ///
    /// # Errors
    /// In its words; or none in time.
    pub fn ask(&self, words: &str) -> Result<String, String> {
        self.ask_for(words, ASK)
    }

    /// The same with a limit of its own.
    ///
    /// # Errors
    /// As [`Volume::ask`].
    pub fn ask_for(
        &self,
        words: &str,
        limit: Duration,
    ) -> Result<String, String> {
        let script = self.gluster(words);
        let said = self.run(&script, limit)?;
        match said.code {
            0 => Ok(said.out),
            code => Err(format!("{script}: {code}: {}", said.last())),
        }
    }

    /// A command line of `gluster`.
    pub fn gluster(&self, words: &str) -> String {
        let program = self.context.settings.text("PROVHA__FS_GLUSTER");
        format!("{program} {words}")
    }

    /// A node's copy, as `gluster` names it.
    pub fn brick_of(&self, node: &Node) -> String {
        format!("{}:{}", node.address, self.brick.display())
    }

    /// The volume as it is; None: there is none of that name.
    ///
    /// # Errors
    /// Exit 3: glusterd does not answer.
    pub fn info(&self) -> anyhow::Result<Option<Info>> {
        let words = format!("volume info {}", quoted(&self.name));
        match self.ask(&words) {
            Ok(told) => Ok(Some(facts::info(&told))),
            Err(why) if why.contains("does not exist") => Ok(None),
            Err(why) => Err(self.mute(&why)),
        }
    }

    /// glusterd on this machine does not answer.
    pub fn mute(&self, why: &str) -> anyhow::Error {
        let text = format!("glusterd on this machine does not answer: {why}");
        let hint = "provha cluster fs init --yes starts it";
        Stop::refused(text).hint(hint).into()
    }

    /// Refuses on any node but the first.
    ///
    /// # Errors
    /// Exit 3.
    pub fn only_first(&self, command: &str) -> anyhow::Result<()> {
        if self.own == 0 {
            return Ok(());
        }
        let first = &self.nodes[0].name;
        let text = format!("{command} belongs on the first node, {first}");
        let hint = format!("run it on {first}");
        Err(Stop::refused(text).hint(hint).into())
    }
}
