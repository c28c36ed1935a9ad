//! From packs to projects.
//!
//! A pack says what is so; here is what follows for one product: which requirements apply, which tasks it takes, which days bind them.
//! Nothing here decides whether a product is lawful. What is not known is asked, what is assumed is shown, and a date of one year is
//! never taken for another.

mod adapt;
mod calendars;
mod check;
mod copy;
mod dates;
mod instantiate;
mod library;
mod merge;
mod moments;
mod outlook;
mod product;
mod save;
mod shape;
mod year;

pub use adapt::{Adaptation, Adaptations, adaptations};
pub use copy::{BranchCopy, CopyWith, copy_branch};
pub use merge::{PackImpact, PackUpdate, ProjectImpact, ReopenedGate, UpdateField, UpdateStep, overrides, pack_impact, update_from_packs};
pub use moments::MomentDates;
pub use outlook::{
    Assumption, Chain, DecisionOption, DecisionOutlook, DueRequirement, Goal, Instance, Outlook, Question, Uncertain, UsedDate,
    instantiate, outlook,
};
pub use save::save_template;

use crate::error::Error;
use crate::model::Pack;

/// Everything in some packs that does not fit together: the pack, and what is wrong with it, at its place in that pack.
pub(crate) fn problems(packs: &[Pack]) -> Vec<(usize, Error)> {
    let found = check::problems(&library::Library::indexed(packs));
    found.into_iter().filter_map(apart).collect()
}

/// The pack that a path leads into, and the rest of the path.
fn apart(mut error: Error) -> Option<(usize, Error)> {
    let (pack, rest) = error.path.strip_prefix("/packs/").map(|path| path.split_once('/').unwrap_or((path, "")))?;
    let (pack, rest) = (pack.parse().ok()?, format!("/{rest}"));
    error.path = rest;
    Some((pack, error))
}
pub use year::{YearCalendar, YearEntry, YearEntryKind, year_calendar};
