#![forbid(unsafe_code)]
//! linkstar plans cross-border e-commerce projects.

#[cfg(feature = "uniffi")]
uniffi::setup_scaffolding!("linkstar");

mod document;
mod error;
#[cfg(feature = "uniffi")]
#[doc(hidden)]
pub mod ffi;
mod message;
mod model;
pub mod ops;
mod plan;
mod text;
mod time;

#[cfg(feature = "schema")]
pub use document::schemas;
pub use error::{Argument, Code, Diagnostic, Error, Language, Result, Severity};
#[cfg(feature = "uniffi")]
pub use error::LinkstarError;
pub use message::{local_time, working_time};
pub use model::{
    Anchor, Constraint, Deadline, Directory, Estimate, Ext, FormatVersion, Link, LinkKind, Member, MemberId, Project, ProjectId, Role, RoleId, Task, TaskId,
    Translation,
};
pub use ops::{
    AddWorkingTimeRequest, DescribeRequest, ExplainRequest, Moment, NormalizeRequest, OPERATIONS, Operation, ScheduleRequest, Sentence, Side, WorkingIntervals,
    WorkingIntervalsRequest, WorkingMomentRequest, WorkingTime, WorkingTimeBetweenRequest, call,
};
pub use plan::{
    Driver, EstimatePoint, Explanation, Plan, PlanOptions, PlannedCalendar, PlannedTask, Step, canonical_order, schedule,
};
pub use time::{
    CalendarException, CalendarId, Day, Lag, Shift, Span, SpanUnit, TZDB_VERSION, Timeline, Timestamp, WeekChange, WorkCalendar, WorkInterval, WorkWeek,
    WorkingDay, Zone,
};
