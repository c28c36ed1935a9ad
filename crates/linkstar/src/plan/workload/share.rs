//! Who carries how much of each task, and in which stretches of working time.

use std::collections::BTreeMap;

use crate::column::{Column, Index};
use crate::error::Result;
use crate::plan::bounds::Stand;
use crate::plan::crew;
use crate::plan::network::{NodeId, Part, Special, State, share};
use crate::plan::workload::portfolio::{LimitIndex, Limits, People, PersonIndex, Planned, Portfolio, ProjectIndex};
use crate::time::{Clock, Clocks};

/// More than any work that a document can say, in seconds.
const LONGEST: i64 = 1 << 53;

/// One person's part in one task.
#[derive(Debug, Clone, Copy)]
pub(super) struct Share {
    pub(super) project: ProjectIndex,
    pub(super) node: NodeId,
    pub(super) person: PersonIndex,
    amount: Amount,
    /// Their place among those who work on the task.
    place: u32,
}

#[derive(Debug, Clone, Copy)]
enum Amount {
    /// Of the time that the task takes.
    Percent(u32),
    /// Seconds of work for the whole task, as it was planned.
    Given(i64),
}

impl Amount {
    /// The work in so many seconds of a task that was planned with others.
    fn of(self, seconds: i64, planned: i64) -> i64 {
        let exact = match self {
            Amount::Percent(percent) => share(seconds, percent.into()),
            Amount::Given(work) => proportion(work, seconds, planned),
        };
        exact.min(LONGEST)
    }
}

/// Work that somebody does evenly, from one position on a clock to another.
#[derive(Debug, Clone, Copy)]
pub(super) struct Stretch {
    pub(super) share: Index<Share>,
    /// Those of the share: it lies elsewhere in memory.
    pub(super) person: PersonIndex,
    pub(super) project: ProjectIndex,
    pub(super) clock: Clock,
    pub(super) start: i64,
    pub(super) finish: i64,
    at: i64,
    length: i64,
    work: i64,
}

impl Stretch {
    const NOTHING: Stretch = Stretch {
        share: Index::FIRST,
        person: Index::FIRST,
        project: Index::FIRST,
        clock: Clock::Elapsed,
        start: 0,
        finish: 0,
        at: 0,
        length: 0,
        work: 0,
    };

    /// Seconds of work done when the clock has reached a position.
    #[inline]
    pub(super) fn done_at(&self, position: i64) -> i64 {
        let worked = position.saturating_sub(self.at).clamp(0, self.length);
        if self.work == self.length { worked } else { proportion(self.work, worked, self.length) }
    }

    /// The position at which all of it is done.
    pub(super) fn end(&self) -> i64 {
        self.at + self.length
    }

    /// Seconds of all its work.
    pub(super) fn work(&self) -> i64 {
        self.work
    }
}

/// A share of a length of time, in whole seconds.
fn proportion(work: i64, part: i64, whole: i64) -> i64 {
    match work.checked_mul(part) {
        Some(product) => product / whole.max(1),
        None => i64::try_from(i128::from(work) * i128::from(part) / i128::from(whole.max(1))).unwrap_or(LONGEST),
    }
}

/// Adds the shares of a project, and which of them have a tag that is limited.
///
/// Those who are assigned carry a task, else its owner does. Helpers and roles, milestones, summaries and what is cancelled carry
/// nothing.
pub(super) fn shares_of<'a>(
    (number, planned): (ProjectIndex, &Planned<'a>),
    people: &BTreeMap<&str, PersonIndex>,
    limits: &Column<(&'a str, u32), Limits>,
    shares: &mut Vec<Share>,
    tags: &mut Vec<(LimitIndex, usize)>,
) -> Result<()> {
    let network = &planned.compiled.network;
    let cancelled = network.outline.cancelled();
    for (id, node) in network.nodes.iter() {
        let special = node.special.get().map(|special| &network.specials[special]);
        let carries = special.is_none_or(|special| match special.part {
            Part::Task => special.duration > 0,
            Part::Effort => true,
            Part::Gate | Part::Crown => false,
        });
        if !carries || cancelled[node.row] {
            continue;
        }
        let task = network.outline.task(node.row);
        let first = shares.len();
        let mut add = |member: &str, amount: Amount, place: u32| {
            shares.extend(people.get(member).map(|person| Share { project: number, node: id, person: *person, amount, place }));
        };
        let mut place = 0;
        for assignment in &task.assignments {
            let percent = assignment.units_percent;
            let given = assignment.work.map(|work| crew::length(work, network.working_day)).transpose()?;
            // As the plan counts them: whoever has nothing to do is not among those who work on it.
            if given.is_none_or(|work| work.saturating_mul(100) / i64::from(percent.max(1)) > 0) {
                add(assignment.member.as_str(), given.map_or(Amount::Percent(percent), Amount::Given), place);
                place += 1;
            }
        }
        if let (true, Some(owner)) = (task.assignments.is_empty(), &task.owner) {
            add(owner.as_str(), Amount::Percent(100), 0);
        }
        for (limit, _) in limits.iter().filter(|(_, (tag, _))| task.tags.iter().any(|of_task| of_task == tag)) {
            tags.extend((first..shares.len()).map(|share| (limit, share)));
        }
    }
    Ok(())
}

/// A part of a task between two instants: work done, or work that remains.
struct Phase {
    from: i64,
    to: i64,
    /// Seconds on the clock of the task that had been worked before, and that are worked in it.
    before: i64,
    seconds: i64,
    /// Whether it was reported, or set, when it ends: then nobody knows of pauses in it, nor who was done first.
    fixed: bool,
}

impl Portfolio<'_> {
    /// All work of all people, by person and share.
    ///
    /// # Errors
    /// Dates outside the years 1 to 9999.
    pub(super) fn stretches(&mut self) -> Result<Vec<Stretch>> {
        let [mut stretches, mut by_person] = std::mem::take(&mut self.spare);
        stretches.clear();
        let Portfolio { projects, people, timelines, shares, .. } = self;
        let mut clocks = Clocks(timelines);
        for (index, share) in shares.iter() {
            let planned = &projects[share.project];
            let network = &planned.compiled.network;
            let stand = planned.schedule.placed(network, share.node);
            let node = &network.nodes[share.node];
            let Some(special) = node.special.get().map(|special| &network.specials[special]) else {
                let clock = planned.clock(Clock::Working(node.calendar()));
                let (at, length) = (clocks.timeline(clock).map_or(stand.start, |timeline| timeline.position(stand.start)), node.span());
                let work = share.amount.of(length, length);
                let (start, finish) = (stand.start, stand.finish);
                stretches.push(Stretch {
                    share: index,
                    person: share.person,
                    project: share.project,
                    clock,
                    start,
                    finish,
                    at,
                    length,
                    work,
                });
                continue;
            };
            let own = people[share.person].calendar.map(Clock::Working);
            let mut lay = Lay { clocks: &mut clocks, planned, own, index, share, stretches: &mut stretches };
            lay.special(special, stand)?;
        }
        // Dates are read where they stand, one after the other; then each person's work is brought together.
        let mut next: Column<usize, People> = self.people.beside(0);
        stretches.iter().for_each(|stretch| next[stretch.person] += 1);
        let mut before = 0;
        for person in next.rows() {
            before += std::mem::replace(&mut next[person], before);
        }
        by_person.resize(stretches.len(), Stretch::NOTHING);
        for stretch in &stretches {
            let place = &mut next[stretch.person];
            if let Some(slot) = by_person.get_mut(*place) {
                *slot = *stretch;
            }
            *place += 1;
        }
        self.spare = [stretches, Vec::new()];
        Ok(by_person)
    }

    /// Takes the memory of stretches back that nobody looks at any more.
    pub(super) fn keep(&mut self, stretches: Vec<Stretch>) {
        let [_, spare] = &mut self.spare;
        *spare = stretches;
    }
}

/// Lays one share of a special task.
struct Lay<'l, 'p, 't> {
    clocks: &'l mut Clocks<'t>,
    planned: &'l Planned<'p>,
    /// The clock of the person.
    own: Option<Clock>,
    index: Index<Share>,
    share: &'l Share,
    stretches: &'l mut Vec<Stretch>,
}

impl Lay<'_, '_, '_> {
    fn special(&mut self, node: &Special, stand: Stand) -> Result<()> {
        let clock = self.planned.clock(node.crew.as_deref().and_then(|crew| crew.first()).map_or(node.clock, |one| one.clock));
        if node.part == Part::Effort {
            // It takes its people's time as long as it lasts.
            let task = self.planned.compiled.network.outline.task(node.row);
            let theirs = clock == Clock::Elapsed || !task.assignments.is_empty() && task.calendar.is_none();
            let clock = self.own.filter(|_| theirs).unwrap_or(clock);
            let length = self.clocks.between(clock, stand.start, stand.finish);
            self.evenly(clock, (stand.start, stand.finish), self.share.amount.of(length, length));
            return Ok(());
        }
        for phase in self.phases(node, stand)? {
            let amount = self.share.amount;
            let done = amount.of(phase.before, node.duration);
            let work = amount.of(phase.before + phase.seconds, node.duration) - done;
            match (node.clock, amount, node.crew.as_deref()) {
                // Nobody works on what runs on the clock, unless it is said how much.
                (Clock::Elapsed, Amount::Percent(_), _) => {}
                (Clock::Elapsed, Amount::Given(_), _) => self.evenly(self.own.unwrap_or(clock), (phase.from, phase.to), work),
                (Clock::Working(_), _, Some(crew)) if crew.len() > 1 && !phase.fixed => {
                    let one = node.lasting(phase.seconds).crew.and_then(|crew| crew.get(self.share.place as usize).copied());
                    let Some(one) = one else { continue };
                    let clock = self.planned.clock(one.clock);
                    let at = self.position(clock, phase.from).saturating_add(one.delay);
                    let pauses = self.pauses(node, &phase)?;
                    self.between_pauses(clock, (at, one.work), &pauses, work)?;
                }
                (Clock::Working(_), _, Some(crew)) if crew.len() > 1 => {
                    self.evenly(self.own.unwrap_or(clock), (phase.from, phase.to), work);
                }
                (Clock::Working(_), ..) => {
                    let pauses = if phase.fixed { Vec::new() } else { self.pauses(node, &phase)? };
                    let length = self.clocks.between(clock, phase.from, phase.to) - pauses.iter().map(|(_, pause)| pause).sum::<i64>();
                    if pauses.is_empty() || length <= 0 {
                        self.evenly(clock, (phase.from, phase.to), work);
                    } else {
                        let at = self.position(clock, phase.from);
                        self.between_pauses(clock, (at, length), &pauses, work)?;
                    }
                }
            }
        }
        Ok(())
    }

    /// What has been done of a task, and what remains of it.
    fn phases(&mut self, node: &Special, stand: Stand) -> Result<Vec<Phase>> {
        let (network, schedule) = (&self.planned.compiled.network, &self.planned.schedule);
        let id = self.share.node;
        let rewritten = schedule.rewritten(network, id);
        let whole =
            |from: i64, to: i64, fixed: bool| vec![Phase { from, to, before: 0, seconds: rewritten.unwrap_or(node.duration), fixed }];
        Ok(match node.state {
            State::Waiting | State::Begun => whole(stand.start, stand.finish, false),
            State::Done { start, finish } | State::Manual { start, finish } => whole(start, finish, true),
            State::Running { start, resume, remaining } => {
                let done = (node.duration - remaining).max(0);
                let remaining = rewritten.map_or(remaining, |duration| duration - (node.duration - remaining)).max(0);
                let goes_on = match network.dates_what_remains() {
                    true if schedule.stands_late(network, id) => schedule.late.start[id],
                    true => schedule.early.start[id],
                    false => resume,
                };
                let clock = self.planned.clock(node.clock);
                let natural = self.clocks.shift(clock, start, done)?;
                let early = natural.min(goes_on);
                // Who reports that the rest goes on at once has done the first part beside it.
                let to = if self.clocks.between(clock, start, early) > 0 { early } else { natural };
                vec![
                    Phase { from: start, to, before: 0, seconds: done, fixed: true },
                    Phase { from: goes_on, to: stand.finish, before: done, seconds: remaining, fixed: false },
                ]
            }
        })
    }

    /// The pauses of a phase that are still to come: after how many of its seconds, and how long.
    fn pauses(&self, node: &Special, phase: &Phase) -> Result<Vec<(i64, i64)>> {
        if node.pauses == 0 {
            return Ok(Vec::new());
        }
        let network = &self.planned.compiled.network;
        let mut pauses = Vec::new();
        for split in &network.outline.task(node.row).splits {
            let (after, pause) = (crew::length(split.after, network.working_day)?, crew::length(split.pause, network.working_day)?);
            if after >= phase.before {
                pauses.push((after - phase.before, pause));
            }
        }
        pauses.sort_by_key(|(after, _)| *after);
        Ok(pauses)
    }

    fn position(&mut self, clock: Clock, at: i64) -> i64 {
        self.clocks.timeline(clock).map_or(at, |timeline| timeline.position(at))
    }

    /// Work over the working time between two instants; where there is none, somebody worked while others rest.
    fn evenly(&mut self, clock: Clock, (from, to): (i64, i64), work: i64) {
        let at = self.position(clock, from);
        let length = self.position(clock, to) - at;
        if length > 0 {
            self.push(clock, (from, to), (at, length), work);
        } else if to > from {
            self.push(Clock::Elapsed, (from, to), (from, to - from), work);
        }
    }

    /// Work over so many seconds from a position on, with pauses between.
    fn between_pauses(&mut self, clock: Clock, (at, length): (i64, i64), pauses: &[(i64, i64)], work: i64) -> Result<()> {
        let (mut at, mut worked) = (at, 0);
        let ends = pauses.iter().copied().filter(|(after, _)| *after < length).chain([(length, 0)]);
        for (after, pause) in ends {
            let seconds = after - worked;
            if seconds > 0 {
                let part = proportion(work, after, length) - proportion(work, worked, length);
                let timeline = self.clocks.timeline(clock);
                let dates = timeline.map_or(Ok((at, at + seconds)), |timeline| timeline.period(at, seconds))?;
                self.push(clock, dates, (at, seconds), part);
            }
            (at, worked) = (at + seconds + pause, after);
        }
        Ok(())
    }

    fn push(&mut self, clock: Clock, (start, finish): (i64, i64), (at, length): (i64, i64), work: i64) {
        if work > 0 {
            let (person, project) = (self.share.person, self.share.project);
            self.stretches.push(Stretch { share: self.index, person, project, clock, start, finish, at, length, work });
        }
    }
}
