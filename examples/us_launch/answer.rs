//! The answer in five lines: will we make it, slack, what must start now, the tightest chain, the next deadline.

use std::cmp::Reverse;

use linkstar::{Code, Diagnostic, Driver, Plan, PlannedTask, Result, Step};

use super::launch::{GOAL, Launch};
use super::text::{COLUMNS, Ink, Pen, cut, list, pad};
use super::words::{self, Phrase};

/// Columns of the words before each answer, and of the answer.
const LABEL: usize = 12;
const ANSWER: usize = COLUMNS - LABEL;
/// Columns of a name inside an answer.
const NAME: usize = 30;

pub fn answer(launch: &Launch, pen: Pen) -> Result<String> {
    let late = !broken(&launch.plan).is_empty();
    let lines = [
        (&words::MAKE_IT, will_we_make_it(launch), if late { Ink::Red } else { Ink::Strong }),
        (&words::SLACK, slack(launch), Ink::Plain),
        (&words::START_NOW, start_now(launch)?, Ink::Plain),
        (&words::CHAIN, tightest_chain(launch)?, Ink::Plain),
        (&words::DEADLINE, next_deadline(launch)?, Ink::Plain),
    ];
    let line = |(label, text, ink): (&Phrase, String, Ink)| {
        format!("{}{}\n", pen.draw(Ink::Faint, &pad(&launch.say(label, &[]), LABEL)), pen.draw(ink, &cut(&text, ANSWER)))
    };
    Ok(lines.into_iter().map(line).collect())
}

/// The dates that a plan does not keep: those of the goal first, which are the launch itself, then deadlines on the way.
fn broken(plan: &Plan) -> Vec<&Diagnostic> {
    let is_broken = |found: &&Diagnostic| matches!(found.code, Code::ConstraintConflict | Code::DeadlineMissed);
    let mut broken: Vec<&Diagnostic> = plan.diagnostics.iter().filter(is_broken).collect();
    broken.sort_by_key(|found| !found.tasks.iter().any(|task| task == GOAL));
    broken
}

fn will_we_make_it(launch: &Launch) -> String {
    let late = |found: &Diagnostic, phrase: &Phrase| {
        let argument = |name: &str| found.args.iter().find(|argument| argument.name == name).map(|argument| argument.value.as_str());
        let name = found.tasks.first().map_or("", |task| launch.short_name(task));
        let why = argument("constraint").map_or_else(|| launch.say(&words::DEADLINE_KIND, &[]), str::to_owned);
        let late = words::length(argument("short").or(argument("late")).unwrap_or_default(), launch.language);
        launch.say(phrase, &[("name", &cut(name, NAME)), ("why", &why), ("late", &late)])
    };
    match (broken(&launch.plan).first(), broken(&launch.careful).first()) {
        (None, None) => launch.say(&words::YES, &[]),
        (None, Some(worse)) => launch.say(&words::YES_BUT, &[("worse", &late(worse, &words::TOO_LATE))]),
        (Some(broken), worse) => {
            let worse = worse.map_or(String::new(), |worse| late(worse, &words::TOO_LATE));
            launch.say(&words::NO, &[("broken", &late(broken, &words::TOO_LATE_WHY)), ("worse", &worse)])
        }
    }
}

/// The slack of the launch is that of its tightest task. The goal itself stands on a fixed date and has none.
fn slack(launch: &Launch) -> String {
    let before = launch.leading_to(GOAL);
    let open = launch.plan.tasks.iter().filter(|task| task.percent_complete < 100 && before.contains(task.task.as_str()));
    // Transit has its slack on the clock, nights and weekends included. Only working days can be won back, so they come first.
    let Some(tightest) = open.min_by_key(|task| (task.elapsed, task.total_slack)) else { return launch.say(&words::ALL_DONE, &[]) };
    let phrase = if tightest.total_slack < 0 { &words::SHORT } else { &words::SPARE };
    let slack = launch.length(tightest, tightest.total_slack);
    let text = launch.say(
        phrase,
        &[("slack", &slack), ("name", &cut(launch.name(tightest.task.as_str()), NAME)), ("role", launch.role(tightest.task.as_str()))],
    );
    text + &goal_alone(launch).unwrap_or_default()
}

/// What the goal would have if the deadlines on the way did not bind: they are estimates.
fn goal_alone(launch: &Launch) -> Option<String> {
    let goal = launch.plan.task(GOAL)?;
    let nearest = goal.drivers.iter().find_map(|driver| match driver {
        Driver::Predecessor { slack, .. } => Some(*slack),
        _ => None,
    });
    let slack = nearest.filter(|slack| *slack > 0)?;
    Some(launch.say(&words::GOAL_ALONE, &[("slack", &launch.length(goal, slack))]))
}

fn start_now(launch: &Launch) -> Result<String> {
    let mut due = Vec::new();
    let mut later = None;
    for planned in launch.not_started() {
        let time = launch.time(planned.late_start, launch.zone(planned)?);
        let name = cut(launch.short_name(planned.task.as_str()), NAME);
        let item = launch.say(&words::START_BY, &[("name", &name), ("role", launch.role(planned.task.as_str())), ("time", &time)]);
        if launch.is_due(planned)? {
            due.push(item);
        } else {
            later = later.or(Some(item));
        }
    }
    Ok(match later {
        _ if !due.is_empty() => list(&due, ANSWER, |count| launch.say(&words::MORE, &[("count", &count.to_string())])),
        Some(item) => launch.say(&words::START_LATER, &[("item", &item)]),
        None => launch.say(&words::ALL_DONE, &[]),
    })
}

/// First, weakest and last task of the chain that leads to the goal. Weakest is what may outgrow its likely duration the most.
fn tightest_chain(launch: &Launch) -> Result<String> {
    let mut steps = launch.plan.explain(GOAL, launch.language)?.steps;
    steps.reverse();
    let last = steps.len().saturating_sub(1);
    let overrun = |step: &Step| launch.careful.task(step.task.as_str()).map_or(0, |careful| careful.duration - step.duration);
    let before_goal = || steps.iter().take(last).enumerate();
    let weakest = before_goal().max_by_key(|(place, step)| (!step.elapsed, overrun(step), Reverse(*place))).map(|(place, _)| place);
    let text = |limit: usize| {
        let mut parts: Vec<String> = Vec::new();
        let mut next = 0;
        for (place, step) in steps.iter().enumerate() {
            if place != 0 && place != last && Some(place) != weakest {
                continue;
            }
            if place > next {
                parts.push("…".to_owned());
            }
            next = place + 1;
            let name = cut(launch.short_name(step.task.as_str()), limit);
            let whole =
                launch.plan.task(step.task.as_str()).zip(launch.careful.task(step.task.as_str())).filter(|_| Some(place) == weakest);
            parts.push(whole.map_or(name.clone(), |(planned, careful)| weak(launch, &name, planned, careful)));
        }
        parts.join(" > ")
    };
    let fits = (8..=NAME).rev().map(text).find(|text| super::text::width(text) <= ANSWER);
    Ok(fits.unwrap_or_default())
}

fn weak(launch: &Launch, name: &str, planned: &PlannedTask, careful: &PlannedTask) -> String {
    let (likely, worst) = (launch.length(planned, planned.duration), launch.length(careful, careful.duration));
    launch.say(&words::WEAKEST, &[("name", name), ("likely", &likely), ("worst", &worst)])
}

fn next_deadline(launch: &Launch) -> Result<String> {
    let promises = launch.promises()?;
    let Some(next) = promises.iter().find(|promise| promise.at >= launch.now) else { return Ok(launch.say(&words::NO_DEADLINE, &[])) };
    let estimated = next.task.tags.iter().any(|tag| tag == "estimate");
    let estimate = if estimated { launch.say(&words::ESTIMATE, &[]) } else { String::new() };
    let moment = if next.task.milestone { next.planned.finish } else { next.planned.start };
    let planned = launch.time(moment, launch.zone(next.planned)?);
    let name = cut(launch.short_name(next.task.id.as_str()), NAME);
    Ok(launch.say(&words::NEXT_DEADLINE, &[("date", &next.text), ("name", &name), ("estimate", &estimate), ("time", &planned)]))
}
