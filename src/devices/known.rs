//! What is known of a device from the last run.

use std::hash::{DefaultHasher, Hash as _, Hasher as _};

use crate::devices::cache::{self, Entry, UNKNOWN, Verdict};
use crate::devices::worker::{NOT_ENCODED, Worker};
use crate::model::texts::TextDevice;
use crate::publish::device_files::Part;
use crate::render::device::NoText;

impl Worker<'_> {
    /// Passes a device over that is the same as before and whose files are as
    /// they were; whether it could be. `input` is the hash of its rows now.
    pub(super) fn pass_over(
        &mut self,
        id: u32,
        is_same: impl Fn(&Entry) -> bool,
        input: u64,
    ) -> bool {
        let memory = self.memory;
        let Some(entry) = memory.find(id).filter(|e| is_same(e)) else {
            return false;
        };
        // Where only changes of rows count, what was put in the place of the
        // files meanwhile stays: by a roll-back, or by hand.
        let as_made = entry.conf != UNKNOWN
            && (self.shop.news_only
                || self.stamps.of((id, Part::Conf)) == entry.conf
                    && self.stamps.of((id, Part::Cfg)) == entry.cfg);
        if !as_made {
            return false;
        }
        let old = usize::from(entry.verdict);
        let verdict = &memory.verdicts.list()[old];
        let number =
            self.renumbered[old].or_else(|| self.made.verdicts.number(verdict));
        let Some(number) = number else { return false };
        self.renumbered[old] = Some(number);
        if entry.cfg == 0 && !verdict.encoded {
            self.made.without.push((id, NOT_ENCODED));
        }
        self.made.entries.push(Entry { verdict: number, input, ..*entry });
        match self.shop.news_only {
            true => self.made.encoded += usize::from(verdict.encoded),
            false => self.tell(id, verdict),
        }
        true
    }

    /// A hash of the text at hand and of all that the words about it depend
    /// on: where the same text is made of other rows, they name other lines.
    pub(super) fn text_hash(&self, device: &TextDevice) -> u64 {
        let mut hash = DefaultHasher::new();
        hash.write(&self.text);
        self.shop.chain_rows.get(&device.configfile).hash(&mut hash);
        device.configfile.hash(&mut hash);
        format!("{:?}{:?}", self.notes, self.version(device)).hash(&mut hash);
        hash.finish()
    }

    /// The hash of a device's files as they are now. A text that was not
    /// encoded leaves the files of before.
    pub(super) fn content(&self, id: u32, binary: Option<&[u8]>) -> u64 {
        match binary {
            Some(binary) => cache::content_hash(&self.text, binary),
            None => self.memory.find(id).map_or(UNKNOWN, |old| old.content),
        }
    }

    /// Remembers why a device has no text; whether that was so before, and
    /// only what is new is told.
    pub(super) fn is_old_news(
        &mut self,
        id: u32,
        input: u64,
        why: &NoText,
    ) -> bool {
        if *why == NoText::Short {
            return false;
        }
        let mut hash = DefaultHasher::new();
        format!("{why:?}").hash(&mut hash);
        let text = hash.finish();
        // What its live file was made of stays known.
        let texts = self.memory.texts(id).unwrap_or_default().to_vec();
        let verdict = Verdict { texts, ..Verdict::default() };
        if let Some(verdict) = self.made.verdicts.number(&verdict) {
            let (conf, cfg, content) = (UNKNOWN, UNKNOWN, UNKNOWN);
            let entry = Entry { id, input, text, verdict, conf, cfg, content };
            self.made.entries.push(entry);
        }
        let same = |e: &Entry| e.conf == UNKNOWN && e.text == text;
        let old = self.memory.find(id).is_some_and(same);
        if !old {
            self.made.news.push(id);
        }
        old && self.shop.news_only
    }
}
