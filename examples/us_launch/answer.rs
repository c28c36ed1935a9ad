//! The answer in five lines: will we make it, slack, what must start now, the tightest chain, the next deadline.

use std::cmp::Reverse;

use linkstar::{Code, Diagnostic, Driver, Plan, Result, Step, local_time};

use super::launch::Launch;
use super::text::{COLUMNS, Ink, Pen, cut, list, pad, width};
use super::words::{self, Phrase};

/// Columns of the words before each answer, and of the answer.
const LABEL: usize = 11;
const ANSWER: usize = COLUMNS - LABEL;

pub fn answer(launch: &Launch, pen: Pen) -> Result<String> {
    let late = !broken(launch, &launch.plan).is_empty();
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
fn broken<'a>(launch: &Launch, plan: &'a Plan) -> Vec<&'a Diagnostic> {
    let is_broken = |found: &&Diagnostic| matches!(found.code, Code::ConstraintConflict | Code::DeadlineMissed);
    let mut broken: Vec<&Diagnostic> = plan.diagnostics.iter().filter(is_broken).collect();
    broken.sort_by_key(|found| !found.tasks.iter().any(|task| task == launch.goal.as_str()));
    broken
}

fn will_we_make_it(launch: &Launch) -> String {
    let late = |found: &Diagnostic, phrase: &Phrase, limit: usize| {
        let argument = |name: &str| found.args.iter().find(|argument| argument.name == name).map(|argument| argument.value.as_str());
        let name = found.tasks.first().map_or("", |task| launch.short_name(task));
        let why = argument("constraint").map_or_else(|| launch.say(&words::DEADLINE_KIND, &[]), str::to_owned);
        let late = words::length(argument("short").or(argument("late")).unwrap_or_default(), launch.language);
        launch.say(phrase, &[("name", &cut(name, limit)), ("why", &why), ("late", &late)])
    };
    match (broken(launch, &launch.plan).first(), broken(launch, &launch.careful).first()) {
        (None, None) => launch.say(&words::YES, &[]),
        (None, Some(worse)) => fitted(|limit| launch.say(&words::YES_BUT, &[("worse", &late(worse, &words::TOO_LATE, limit))])),
        (Some(broken), worse) => fitted(|limit| {
            let worse = late(worse.unwrap_or(broken), &words::EVEN_LATER, limit);
            launch.say(&words::NO, &[("broken", &late(broken, &words::TOO_LATE_WHY, limit)), ("worse", &worse)])
        }),
    }
}

/// The slack of the launch is that of its tightest task. The goal itself stands on a fixed date and has none.
fn slack(launch: &Launch) -> String {
    let before = launch.leading_to(launch.goal.as_str());
    let open = launch.plan.tasks().filter(|task| task.percent_complete < 100 && before.contains(task.task.as_str()));
    // Transit has its slack on the clock, nights and weekends included. Only working days can be won back, so they come first.
    let Some(tightest) = open.min_by_key(|task| (task.elapsed, task.total_slack)) else { return launch.say(&words::ALL_DONE, &[]) };
    let phrase = if tightest.total_slack < 0 { &words::SHORT } else { &words::SPARE };
    let slack = launch.length(tightest.total_slack, tightest.elapsed);
    let (name, who) = (launch.name(tightest.task.as_str()), launch.who(tightest.task.as_str()));
    let alone = goal_alone(launch).unwrap_or_default();
    fitted(|limit| launch.say(phrase, &[("slack", &slack), ("name", &cut(name, limit)), ("who", who)]) + &alone)
}

/// What the goal would have if the deadlines on the way did not bind: the cut-off is an estimate.
fn goal_alone(launch: &Launch) -> Option<String> {
    let goal = launch.plan.task(launch.goal.as_str())?;
    let nearest = goal.drivers.iter().find_map(|driver| match driver {
        Driver::Predecessor { slack, .. } => Some(*slack),
        _ => None,
    });
    let slack = nearest.filter(|slack| *slack > 0)?;
    Some(launch.say(&words::GOAL_ALONE, &[("slack", &launch.length(slack, goal.elapsed))]))
}

fn start_now(launch: &Launch) -> Result<String> {
    let (mut due, mut later) = (Vec::new(), None);
    for planned in launch.not_started() {
        let id = planned.task.as_str();
        let time = launch.time(planned.late_start, launch.zone(&planned)?);
        let item = launch.say(&words::START_BY, &[("name", launch.short_name(id)), ("who", launch.who(id)), ("time", &time)]);
        if launch.is_due(&planned)? {
            due.push(item);
        } else {
            later = later.or(Some(item));
        }
    }
    Ok(match later {
        _ if !due.is_empty() => {
            list(&due, &launch.say(&words::SEPARATOR, &[]), ANSWER, |count| launch.say(&words::MORE, &[("count", &count.to_string())]))
        }
        Some(item) => launch.say(&words::START_LATER, &[("item", &item)]),
        None => launch.say(&words::ALL_STARTED, &[]),
    })
}

/// First, weakest and last task of the chain that leads to the goal. Weakest is what may outgrow its likely duration the most.
fn tightest_chain(launch: &Launch) -> Result<String> {
    let mut steps = launch.plan.explain(launch.goal.as_str(), launch.language)?.steps;
    steps.reverse();
    let last = steps.len() - 1;
    let worst = |step: &Step| launch.careful.task(step.task.as_str()).map_or(step.duration, |careful| careful.duration);
    let before_goal = steps.iter().enumerate().take(last);
    let overrun = |(place, step): &(usize, &Step)| (!step.elapsed, worst(step) - step.duration, Reverse(*place));
    let weakest = before_goal.max_by_key(overrun).map_or(0, |(place, _)| place);
    let name = |place: usize, limit: usize| {
        let step = &steps[place];
        let name = cut(launch.short_name(step.task.as_str()), limit);
        if place != weakest {
            return name;
        }
        let (likely, worst) = (launch.length(step.duration, step.elapsed), launch.length(worst(step), step.elapsed));
        launch.say(&words::WEAKEST, &[("name", &name), ("likely", &likely), ("worst", &worst)])
    };
    let chain = |limit: usize| {
        let hops = [(0, weakest), (weakest, last)].into_iter().filter(|(from, to)| from < to);
        let arrow = |from: usize, to: usize| if to - from == 1 { " > " } else { " > … > " };
        hops.fold(name(0, limit), |text, (from, to)| text + arrow(from, to) + &name(to, limit))
    };
    Ok(fitted(chain))
}

fn next_deadline(launch: &Launch) -> Result<String> {
    let promises = launch.promises()?;
    let Some(next) = promises.iter().find(|promise| promise.at >= launch.now) else { return Ok(launch.say(&words::NO_DEADLINE, &[])) };
    let estimated = next.task.tags.iter().any(|tag| tag == "estimate");
    let estimate = if estimated { launch.say(&words::ESTIMATE, &[]) } else { String::new() };
    // A task with a fixed date stands on it; where one with a deadline stands is news.
    let planned = match next.task.deadline {
        Some(_) => launch.say(&words::PLANNED, &[("time", &local_time(next.planned, next.zone, launch.language))]),
        None => String::new(),
    };
    let name = launch.short_name(next.task.id.as_str());
    Ok(fitted(|limit| {
        launch.say(
            &words::NEXT_DEADLINE,
            &[("date", &next.text), ("name", &cut(name, limit)), ("estimate", &estimate), ("planned", &planned)],
        )
    }))
}

/// A line whose names are as long as it has room for.
fn fitted(text: impl Fn(usize) -> String) -> String {
    (10..=40).rev().map(&text).find(|text| width(text) <= ANSWER).unwrap_or_else(|| text(10))
}
