//! A plan: the steps that a machine needs.

use super::facts::Facts;
use super::step::Step;
use super::steps;
use super::wish::Wish;

/// All steps.
pub struct Plan {
    /// In the order in which they are done.
    pub steps: Vec<Step>,
}

impl Plan {
    /// The plan for a machine.
    pub fn make(facts: &Facts, wish: &Wish) -> Self {
        let steps = steps::all(facts, wish).into_iter();
        let wanted = |step: &Step| !wish.without.iter().any(|w| w == step.name);
        Self { steps: steps.filter(wanted).collect() }
    }

    /// Whether a step is pending.
    pub fn is_pending(&self) -> bool {
        self.steps.iter().any(Step::is_pending)
    }
}
