//! The days that a template counts from, for one project.

use std::collections::BTreeMap;

use crate::error::{Code, Error, Result};
use crate::model::{Basis, Confidence, DateBasis, DatePoint, MomentId, PlatformId, PublishedKind, Template, Wanted};
use crate::pack::library::Library;
use crate::pack::moments::{self, MomentDates};
use crate::pack::product::Product;
use crate::time::{Day, Zone};

/// The days of one project.
pub(crate) struct Days<'a> {
    library: &'a Library<'a>,
    wanted: &'a Wanted,
    zone: Zone,
    /// What the project aims at, where it aims at something.
    pub(crate) target: Option<Found>,
}

/// A day, and how certain it is.
#[derive(Debug, Clone)]
pub(crate) struct Found {
    /// Absent while nobody knows it.
    pub(crate) day: Option<Day>,
    pub(crate) kind: DateBasis,
    pub(crate) basis: Option<Basis>,
}

impl Found {
    fn given(day: Day) -> Found {
        Found { day: Some(day), kind: DateBasis::Given, basis: None }
    }

    fn unknown() -> Found {
        Found { day: None, kind: DateBasis::Unknown, basis: None }
    }
}

impl<'a> Days<'a> {
    /// # Errors
    /// A moment that is unknown, or of which that year's date is; a goal without a day to stand on; a target that lies before the start.
    pub(crate) fn new(library: &'a Library<'a>, template: &'a Template, wanted: &'a Wanted) -> Result<Days<'a>> {
        let zone = Zone::new(&template.zone)?;
        let mut days = Days { library, wanted, zone, target: None };
        let moment = match (&wanted.moment, wanted.year) {
            (None, _) => None,
            (Some(moment), None) => {
                return Err(Error::new(Code::PackYearMissing, &[("moment", moment.as_str())]).at("/wanted/year"));
            }
            (Some(moment), Some(year)) => {
                library.moments.named(moment.as_str()).map_err(|error| error.at("/wanted/moment"))?;
                match wanted.target {
                    Some(_) => None,
                    None => Some(days.moment(moment, year).map_err(|error| error.at("/wanted/year"))?),
                }
            }
        };
        days.target = match (wanted.target, moment) {
            (Some(day), _) => Some(Found::given(day)),
            (None, Some(dates)) => Some(Found { day: dates.first, kind: dates.kind, basis: Some(dates.basis) }),
            (None, None) => None,
        };
        if let (Some(goal), None) = (&template.goal, &days.target) {
            let args = [("template", template.id.as_str()), ("goal", goal.as_str())];
            return Err(Error::new(Code::PackTargetMissing, &args).at("/wanted/target"));
        }
        if let Some(day) = days.target.as_ref().and_then(|target| target.day)
            && zone.end_of(day) <= wanted.start
        {
            let args = [("day", &*day.to_string()), ("start", &wanted.start.to_string())];
            return Err(Error::new(Code::PackTargetPast, &args).at("/wanted/target"));
        }
        Ok(days)
    }

    pub(crate) fn zone(&self) -> Zone {
        self.zone
    }

    /// The years that a plan may touch.
    pub(crate) fn years(&self) -> std::ops::RangeInclusive<i32> {
        let first = self.zone.day_at(self.wanted.start).year();
        let last = self.target.as_ref().and_then(|target| target.day).map_or(first, Day::year).max(first);
        first..=last.saturating_add(1)
    }

    fn moment(&self, moment: &MomentId, year: i32) -> Result<MomentDates> {
        moments::dates_of(&self.by_id(), moment, year)
    }

    fn by_id(&self) -> BTreeMap<&'a str, &'a crate::model::RetailMoment> {
        self.library.moments.iter().map(|kept| (kept.id, kept.record)).collect()
    }

    /// The year that the project aims at.
    fn year(&self) -> Option<i32> {
        self.wanted.year.or_else(|| self.target.as_ref()?.day.map(Day::year))
    }

    /// The day of a point; nothing where the project has no such point, as a launch on any day has no cut-off of a campaign.
    pub(crate) fn find(&self, point: &DatePoint, product: &Product<'_>) -> Option<Found> {
        match point {
            DatePoint::Target {} => self.target.clone(),
            DatePoint::Start {} => Some(Found::given(self.zone.day_at(self.wanted.start))),
            DatePoint::Moment { moment } => Some(self.of_moment(moment, |dates| dates.first)),
            DatePoint::MomentEnd { moment } => Some(self.of_moment(moment, |dates| dates.last.or(dates.first))),
            DatePoint::Published { moment, by, what, method } => {
                let moment = moment.as_ref().or(self.wanted.moment.as_ref())?;
                let carrier = self.library.platforms.get(by.as_str()).is_some_and(|platform| platform.carrier);
                if !carrier && !product.platforms.contains(by) {
                    return None;
                }
                Some(self.published(moment, by, *what, method.as_deref()))
            }
            DatePoint::Asked { attribute } => Some(match product.known(attribute.as_str()).map(|known| known.value().parse::<Day>()) {
                Some(Ok(day)) => Found::given(day),
                Some(Err(_)) | None => Found::unknown(),
            }),
        }
    }

    fn of_moment(&self, moment: &MomentId, side: fn(&MomentDates) -> Option<Day>) -> Found {
        if self.wanted.moment.as_ref() == Some(moment)
            && let Some(day) = self.wanted.target
        {
            return Found::given(day);
        }
        let dates = self.year().map(|year| self.moment(moment, year));
        match dates {
            Some(Ok(dates)) => Found { day: side(&dates), kind: dates.kind, basis: Some(dates.basis) },
            Some(Err(_)) | None => Found::unknown(),
        }
    }

    fn published(&self, moment: &MomentId, by: &PlatformId, what: PublishedKind, method: Option<&str>) -> Found {
        let given = self
            .wanted
            .given
            .iter()
            .find(|given| given.by == *by && given.what == what && (given.method.is_none() || given.method.as_deref() == method));
        if let Some(given) = given {
            return Found::given(given.day);
        }
        let Some(year) = self.year() else { return Found::unknown() };
        // Who says when the moment is also says from which day the usual wait counts back.
        let first = match self.wanted.moment.as_ref() == Some(moment) {
            true => self.target.as_ref().and_then(|target| target.day),
            false => self.moment(moment, year).ok().and_then(|dates| dates.first),
        };
        moments::published(self.library.packs, moment, year, first, by, what, method)
    }
}

impl DateBasis {
    /// Whether a plan that rests on such a date may turn out differently.
    pub(crate) fn is_certain(self) -> bool {
        match self {
            DateBasis::Given | DateBasis::Rule | DateBasis::Published => true,
            DateBasis::Projected | DateBasis::Estimate | DateBasis::Unknown => false,
        }
    }
}

impl Confidence {
    /// Whether somebody has seen it in a source.
    pub(crate) fn is_sourced(self) -> bool {
        match self {
            Confidence::Confirmed | Confidence::Partly => true,
            Confidence::Low | Confidence::Memory | Confidence::Projected | Confidence::Estimate | Confidence::Unknown => false,
        }
    }
}
