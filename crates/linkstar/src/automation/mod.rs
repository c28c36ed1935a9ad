//! Automation: what is done by itself when something has happened.
//!
//! ```text
//! Event ── trigger ──▶ conditions ──▶ actions ── decide, as the rule's own actor ──▶ Event ── trigger ──▶ …
//! ```
//!
//! Rules are data, and few: they are typed, and there is no language for them. A set in which rules could set each other off in a ring
//! is refused before it runs once, so that every run ends. A rule may no more than its actor may: its commands meet the same rights,
//! gates and approvals as everybody's.

mod action;
mod check;
mod condition;
mod happening;
mod hold;
mod key;
mod loops;
mod rule;
mod run;
mod step;
mod trigger;

pub use action::Action;
pub use check::check_rules;
pub(crate) use check::check_rules_in_use;
pub use condition::{Condition, StagePosition, TaskStanding};
pub use key::{SetOff, set_off_by};
pub use rule::{AutomationRule, RuleId};
pub(crate) use run::may_set_off;
pub use run::{dry_run_rules, run_rules};
pub use step::{AutomationStep, DryRun, StepEnd};
pub use trigger::{TaskFilter, Trigger};

/// The most rules of a project.
const MOST_RULES: usize = 200;
/// The most conditions, and the most actions, of a rule.
const MOST_PARTS: usize = 20;
/// The longest id of a rule, in bytes: it stands in the keys of all that the rule does.
const LONGEST_ID: usize = 64;
/// The most steps of a run.
const MOST_STEPS: usize = 1_000;
