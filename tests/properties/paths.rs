//! What follows from a plan: paths, drag, slips.

use linkstar::{DragRequest, FloatPathsRequest, Plan, PlannedTask, SlipRequest, ops};
use proptest::prelude::*;
use serde_json::json;

use crate::networks::{Case, EVERYTHING, Taste, cases};

fn leaves(plan: &Plan) -> Vec<PlannedTask> {
    plan.tasks().filter(|task| !task.summary).collect()
}

fn slip(case: &Case, task: &str, by: &str) -> linkstar::Slip {
    let (project, directory) = case.documents();
    ops::slip(SlipRequest { project, directory, task: task.into(), by: by.parse().unwrap(), options: None }).unwrap()
}

proptest! {
    #![proptest_config(crate::config(256))]

    /// What moves is what a new plan moves, whatever the links, dates and calendars.
    #[test]
    fn a_slip_moves_what_a_new_plan_moves(case in cases(9, Taste { leads: true, ..EVERYTHING }), which in any::<prop::sample::Index>(), hours in 1..60_u32) {
        let plan = case.plan();
        let open: Vec<PlannedTask> = leaves(&plan).into_iter().filter(|task| task.percent_complete == 0).collect();
        if open.is_empty() {
            return Ok(());
        }
        let task = &open[which.index(open.len())];
        let own = case.project["tasks"].as_array().unwrap().iter().find(|own| own["id"] == task.task.as_str()).unwrap();
        // A date of its own would hold it against the new one.
        prop_assume!(own.get("constraint").is_none() && case.project["anchor"]["kind"] == "start");
        let slip = slip(&case, task.task.as_str(), &format!("{hours}h"));
        let Some(moved) = slip.moved.iter().find(|moved| moved.task == task.task) else { return Ok(()) };
        let mut later = case.clone();
        for own in later.project["tasks"].as_array_mut().unwrap() {
            if own["id"] == task.task.as_str() {
                own["constraint"] = json!({ "kind": "mustStartOn", "at": moved.start });
            }
        }
        let again = later.plan();
        let stands_late = |id: &str| case.project["tasks"].as_array().unwrap().iter().any(|own| own["id"] == id && own["constraint"]["kind"] == "asLateAsPossible");
        prop_assume!(!plan.ids().iter().any(|task| stands_late(task.as_str())));
        for (before, after) in leaves(&plan).into_iter().zip(leaves(&again)) {
            let (start, finish) = slip.moved.iter().find(|moved| moved.task == before.task).map_or((before.start, before.finish), |moved| (moved.start, moved.finish));
            prop_assert_eq!((start, finish), (after.start, after.finish), "{} after {} slips by {}h", before.task, task.task, hours);
        }
    }

    /// Who slips by nothing moves nothing, and no slip makes anything earlier.
    #[test]
    fn a_slip_makes_nothing_earlier(case in cases(9, EVERYTHING), which in any::<prop::sample::Index>(), hours in 0..40_u32) {
        let plan = case.plan();
        let tasks = leaves(&plan);
        let task = &tasks[which.index(tasks.len())];
        let slip = slip(&case, task.task.as_str(), &format!("{hours}h"));
        prop_assert!(hours > 0 || slip.moved.is_empty(), "a slip by nothing moves {:?}", slip.moved);
        prop_assert!(slip.delay >= 0 && slip.moved.iter().all(|moved| moved.delay >= 0), "{slip:?}");
    }

    /// Drag is what a plan without the task's length wins.
    #[test]
    fn drag_is_what_is_won_without_the_task(case in cases(8, Taste { constraints: false, elapsed: false, summaries: false, ..EVERYTHING })) {
        let plan = case.plan();
        prop_assume!(case.project["anchor"]["kind"] == "start");
        let (project, directory) = case.documents();
        let drags = ops::drag(DragRequest { project, directory, tasks: Vec::new(), options: None }).unwrap().drags;
        let critical = leaves(&plan).into_iter().filter(|task| task.critical).count();
        prop_assert_eq!(drags.len(), critical);
        for drag in drags {
            let mut without = case.clone();
            for own in without.project["tasks"].as_array_mut().unwrap().iter_mut().filter(|own| own["id"] == drag.task.as_str()) {
                own["duration"] = "0h".into();
            }
            // A percentage of nothing would be another lag.
            prop_assume!(!case.project["links"].as_array().unwrap().iter().any(|link| link["lag"].as_str().is_some_and(|lag| lag.ends_with('%'))));
            let mut project_calendar = case.documents().1.timeline(case.project["calendar"].as_str().unwrap()).unwrap();
            let won = project_calendar.between(without.plan().finish, plan.finish);
            prop_assert_eq!(drag.drag, won, "{}", drag.task);
        }
    }

    /// Who slips by the float of a path moves not the task that it leads to; the paths come in order, and no task is in two.
    #[test]
    fn the_float_of_a_path_moves_not_where_it_leads(case in cases(8, Taste { kinds: &["FS", "FF"], constraints: false, leads: false, summaries: false, one_calendar: true, elapsed: false, ..EVERYTHING }), to in any::<prop::sample::Index>(), which in any::<prop::sample::Index>()) {
        let plan = case.plan();
        let (project, directory) = case.documents();
        let tasks = leaves(&plan);
        let to = &tasks[to.index(tasks.len())];
        let paths = ops::float_paths(FloatPathsRequest { project, directory, to: Some(to.task.clone()), most: Some(100), options: None }).unwrap().paths;
        prop_assert_eq!(&paths[0].tasks.last().unwrap().task, &to.task);
        prop_assert!(paths.is_sorted_by_key(|path| path.tasks.last().unwrap().float));
        let all: Vec<_> = paths.iter().flat_map(|path| &path.tasks).collect();
        let mut names: Vec<_> = all.iter().map(|task| task.task.as_str()).collect();
        names.sort_unstable();
        names.dedup();
        prop_assert_eq!(names.len(), all.len(), "a task is in two paths");
        let chosen = all[which.index(all.len())];
        prop_assume!(chosen.task != to.task && chosen.start < chosen.finish);
        let within = slip(&case, chosen.task.as_str(), &format!("{}m", chosen.float / 60));
        prop_assert!(within.moved.iter().all(|moved| moved.task != to.task), "{} slips by its float of {}", chosen.task, chosen.float);
        let beyond = slip(&case, chosen.task.as_str(), &format!("{}m", chosen.float / 60 + 1));
        prop_assert!(beyond.moved.iter().any(|moved| moved.task == to.task), "{} slips by a minute more than {}", chosen.task, chosen.float);
    }
}
