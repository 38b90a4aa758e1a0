//! Two sets that become live together: one run, one generation.

use crate::publish::activate::Swap;
use crate::publish::directory_set::Staged;
use crate::system::files;
use crate::system::files::SwapError;

/// A set, and one beside it that no daemon has to load.
pub struct Both<'a> {
    /// The set.
    pub main: &'a mut Staged,
    /// The one beside it.
    pub beside: &'a mut Staged,
}

impl Swap for Both<'_> {
    fn swap(&mut self) -> Result<(), SwapError> {
        self.beside.swap()?;
        match self.main.swap() {
            Err(SwapError::Untouched(why)) => {
                Err(SwapError::after(why, self.beside.swap_back()))
            }
            done => done,
        }
    }

    fn swap_back(&mut self) -> files::Result<()> {
        self.main.swap_back()?;
        self.beside.swap_back()
    }

    fn live(&self) -> String {
        Swap::live(self.main)
    }

    fn keep(&mut self) -> String {
        let _ = Swap::keep(self.beside);
        Swap::keep(self.main)
    }
}
