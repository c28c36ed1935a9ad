//! What a page shows: plan and rules together, at one moment.
//!
//! Views are computed, never stored. They name everything by its id and carry what a sentence needs; how it looks is the host's.

mod blocking;
mod effect;
mod held;
mod lint;
mod root;

#[cfg(feature = "measure")]
pub(crate) use blocking::blocked;
pub use blocking::{BlockedTask, Blocking, OpenGate, ReadyTask, StageStanding, StageView, blocking};
pub use effect::AtRisk;
pub use lint::{Findings, lint};
pub use root::Root;
