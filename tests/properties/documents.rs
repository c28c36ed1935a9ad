//! Documents survive a round trip, and no text makes the library fall over.

use linkstar::{Code, Day, Directory, Lag, Plan, Project, Shift, Span, Timestamp};
use proptest::prelude::*;
use serde_json::json;

use crate::networks::{EVERYTHING, Taste, cases};

proptest! {
    #![proptest_config(crate::config(256))]

    /// Reading what was written gives the same document and the same bytes.
    #[test]
    fn documents_survive_a_round_trip(case in cases(10, Taste { any_direction: true, ..EVERYTHING })) {
        let (project, directory) = case.documents();
        let plan = case.plan();
        prop_assert_eq!(&Project::from_json(&project.to_json()).unwrap(), &project);
        prop_assert_eq!(&Directory::from_json(&directory.to_json()).unwrap(), &directory);
        prop_assert_eq!(&Plan::from_json(&plan.to_json()).unwrap(), &plan);
        let request = json!({ "project": case.project, "directory": case.directory }).to_string();
        prop_assert_eq!(linkstar::call("schedule", &request).unwrap(), plan.to_json());
    }

    /// A document that somebody damaged is planned or refused, with a known code and a place that exists.
    #[test]
    fn a_damaged_document_is_planned_or_refused(case in cases(6, Taste { any_direction: true, ..EVERYTHING }), at in any::<prop::sample::Index>(), length in 0..12_usize, put in "[\\PC\"{}\\[\\],:0-9a-z\\\\]{0,6}") {
        let request = json!({ "project": case.project, "directory": case.directory }).to_string();
        let cut = at.index(request.len());
        let damaged = format!("{}{put}{}", &request[..cut], request.get(cut + length..).unwrap_or_default());
        if let Err(error) = linkstar::call("schedule", &damaged) {
            prop_assert!(Code::ALL.contains(&error.code));
            prop_assert!(!error.detail.contains('{') || put.contains('{') || damaged.contains('{'), "{}", error.detail);
            if serde_json::from_str::<serde_json::Value>(&damaged).is_ok() {
                prop_assert!(error.line.is_some() && error.path.is_empty() | error.path.starts_with('/'), "{error:?}");
            }
        }
    }

    /// Values that people write have one spelling: what is read is written in the same way.
    #[test]
    fn text_values_have_one_spelling(text in "[-+0-9edhmsw%: TZ.]{0,12}|[-]?[0-9]{1,20}e?[smhdw%]|[0-9]{4}-[0-9]{2}-[0-9]{2}(T[0-9]{2}:[0-9]{2}:[0-9]{2}Z)?|[0-9]{2}:[0-9]{2}-[0-9]{2}:[0-9]{2}") {
        if let Ok(span) = text.parse::<Span>() { prop_assert_eq!(span.to_string(), text.clone()); }
        if let Ok(lag) = text.parse::<Lag>() { prop_assert_eq!(lag.to_string(), text.clone()); }
        if let Ok(day) = text.parse::<Day>() { prop_assert_eq!(day.to_string(), text.clone()); }
        if let Ok(shift) = text.parse::<Shift>() { prop_assert_eq!(shift.to_string(), text.clone()); }
        if let Ok(at) = text.parse::<Timestamp>() { prop_assert_eq!(at.to_string().parse::<Timestamp>().unwrap(), at); }
    }
}
