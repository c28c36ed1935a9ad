//! Moments, published dates, working calendars by rule, and how long things take.

use serde::{Deserialize, Serialize};

use crate::model::Translation;
use crate::model::pack::{Basis, PlatformId};
use crate::text::id_type;
use crate::time::{CalendarId, Day, Span, WorkWeek};

id_type! {
    /// The id of a moment of the year, such as `black-friday`.
    MomentId
}

id_type! {
    /// The id of a published date.
    PublishedDateId
}

id_type! {
    /// The id of a lead time, such as `ocean-west-standard`.
    LeadTimeId
}

id_type! {
    /// The id of a route, such as `fcl-west-direct`.
    RouteId
}

/// Days of every year that a plan can aim at, or has to avoid: a retail moment, a holiday.
///
/// A year that is listed is taken from the list; any other from the rule. Without either, the dates of that year are unknown, and are
/// never those of another year.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct RetailMoment {
    /// The id.
    pub id: MomentId,
    /// What people call it.
    pub name: String,
    /// The name in other languages.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub translations: Vec<Translation>,
    /// Whether it is a holiday rather than a moment at which people buy.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub holiday: bool,
    /// Whether offices close on a neighbouring day when it falls on a weekend.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub observed: Option<Observed>,
    /// Whether parcel carriers rest.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub carriers_closed: bool,
    /// Its first day in any year.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first: Option<DateRule>,
    /// Its last day; the first when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last: Option<DateRule>,
    /// Only every so many years, as the inauguration of a president.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub every: Option<u32>,
    /// One of the years in which it is, where it is not every year's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub one_year: Option<i32>,
    /// Dates that were published, year by year.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub years: Vec<MomentYear>,
    /// Where the rule comes from.
    pub basis: Basis,
}

/// A day that a rule gives in every year.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[serde(tag = "kind", rename_all = "camelCase", rename_all_fields = "camelCase", deny_unknown_fields)]
pub enum DateRule {
    /// The same date.
    Fixed {
        /// The month, from 1.
        month: u32,
        /// The day of the month, from 1.
        day: u32,
        /// In how many years after the year asked for: 1 for a window that ends in January.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        years_later: Option<i32>,
    },
    /// The n-th weekday of a month; -1 is the last.
    Nth {
        /// The month, from 1.
        month: u32,
        /// The weekday.
        weekday: Weekday,
        /// Which of them, from 1, or -1.
        nth: i32,
    },
    /// Easter Sunday of the western churches.
    Easter {},
    /// So many days after the first day of another moment, or before.
    Days {
        /// The other moment.
        after: MomentId,
        /// How many days; below zero for before.
        days: i32,
    },
    /// The last such weekday before the first day of another moment.
    WeekdayBefore {
        /// The other moment.
        before: MomentId,
        /// The weekday.
        weekday: Weekday,
    },
}

/// A day of the week.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase")]
pub enum Weekday {
    /// Monday.
    Monday,
    /// Tuesday.
    Tuesday,
    /// Wednesday.
    Wednesday,
    /// Thursday.
    Thursday,
    /// Friday.
    Friday,
    /// Saturday.
    Saturday,
    /// Sunday.
    Sunday,
}

/// On which day offices close when a holiday falls on a weekend.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase")]
pub enum Observed {
    /// On Friday for a Saturday, on Monday for a Sunday.
    NearestWeekday,
}

/// The dates of a moment in one year.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct MomentYear {
    /// The year.
    pub year: i32,
    /// The first day; absent while nobody knows it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first: Option<Day>,
    /// The last day; the first when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last: Option<Day>,
    /// Days of a weekend on which people work in exchange.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub make_up: Vec<Day>,
    /// What sort of date it is.
    pub kind: DateBasis,
    /// Where it comes from.
    pub basis: Basis,
}

/// What sort of date something is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[cfg_attr(feature = "uniffi", derive(uniffi::Enum))]
#[serde(rename_all = "camelCase")]
pub enum DateBasis {
    /// Who plans has said it.
    Given,
    /// A rule that holds in every year.
    Rule,
    /// Whoever sets it has published it for that year.
    Published,
    /// A rule gives it; the notice was not found.
    Projected,
    /// What was usual in other years: a guess.
    Estimate,
    /// Nobody knows it yet.
    Unknown,
}

/// A date that somebody set for one year: a cut-off for inbound goods, a window for deals. Never that of another year.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PublishedDate {
    /// The id.
    pub id: PublishedDateId,
    /// The moment that it serves.
    pub moment: MomentId,
    /// The year of that moment.
    pub year: i32,
    /// Who set it: a platform or a carrier.
    pub by: PlatformId,
    /// What it is about.
    pub what: PublishedKind,
    /// For which way of doing it, such as `minimal-splits` or `priority-mail`; for all when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub method: Option<String>,
    /// The first day of a window.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first: Option<Day>,
    /// The last day: the cut-off. Absent with `first` while nobody knows it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last: Option<Day>,
    /// What sort of date it is.
    pub kind: DateBasis,
    /// Where it comes from.
    pub basis: Basis,
}

/// What a published date is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[cfg_attr(feature = "uniffi", derive(uniffi::Enum))]
#[serde(rename_all = "camelCase")]
pub enum PublishedKind {
    /// The event itself, on that platform.
    Event,
    /// Goods have to be received by then.
    InboundBy,
    /// Goods have to be enrolled by then.
    EnrolBy,
    /// Deals can be handed in then.
    DealWindow,
    /// Fees are higher then.
    PeakFees,
    /// Parcels have to be handed over by then.
    LastShipDay,
}

/// How long before a moment a date usually is, in calendar days. Only for years without a published one, and always shown as an estimate.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct UsualOffset {
    /// The moment.
    pub moment: MomentId,
    /// Who sets the date.
    pub by: PlatformId,
    /// What it is about.
    pub what: PublishedKind,
    /// For which way of doing it; for all when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub method: Option<String>,
    /// How many days before the first day of the moment to plan with.
    pub days_before: u32,
    /// The fewest days that were seen.
    pub fewest: u32,
    /// The most days that were seen.
    pub most: u32,
    /// Where it comes from.
    pub basis: Basis,
}

/// A working calendar by rule, for any year.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PackCalendar {
    /// The id that the working calendar gets.
    pub id: CalendarId,
    /// What people call it.
    pub name: String,
    /// The name in other languages.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub translations: Vec<Translation>,
    /// The zone of its wall clock.
    pub zone: String,
    /// The ordinary week.
    pub week: WorkWeek,
    /// The holidays on which nobody works; on their make-up days people work as on a Monday.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub holidays: Vec<MomentId>,
    /// Stretches around a moment in which less is done.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub capacity: Vec<Capacity>,
}

/// A stretch of days around a moment in which a factory does less. Shifts get shorter in proportion, in whole minutes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Capacity {
    /// The moment; its first day is day 0.
    pub moment: MomentId,
    /// The first day of the stretch, counted from day 0.
    pub from: i32,
    /// Its last day.
    pub to: i32,
    /// What is done, in percent of an ordinary day.
    pub percent: u32,
    /// Where it comes from.
    pub basis: Basis,
}

/// How long something takes outside the own house.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct LeadTime {
    /// The id.
    pub id: LeadTimeId,
    /// What people call it.
    pub name: String,
    /// The name in other languages.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub translations: Vec<Translation>,
    /// At best.
    pub optimistic: Span,
    /// Usually.
    pub duration: Span,
    /// At worst.
    pub pessimistic: Span,
    /// On whose days; irrelevant to elapsed time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub calendar: Option<CalendarId>,
    /// Where it comes from.
    pub basis: Basis,
}

/// Lead times in a row.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Route {
    /// The id.
    pub id: RouteId,
    /// What people call it.
    pub name: String,
    /// The name in other languages.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub translations: Vec<Translation>,
    /// The lead times, one after the other.
    pub stages: Vec<LeadTimeId>,
}
