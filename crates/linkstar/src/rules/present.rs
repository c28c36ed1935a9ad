//! What the rules come to at one moment.

use crate::column::Column;
use crate::error::Result;
use crate::model::Stage;
use crate::outline::{Outline, Place, Row};
use crate::rules::gate::{GateForm, GateNumber, Guarded, Point};
use crate::rules::progress::{self, Progressed, Standing};
use crate::rules::stage::{StageForm, StageNumber};
use crate::rules::{Blocker, Rules};
use crate::time::{Clocks, Timestamp, Zone};

/// Which end of a task may not happen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum End {
    Start,
    Completion,
}

/// What holds a task.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Hold {
    NotFinished(Row),
    NotStarted(Row),
    /// The lag of this link still runs.
    Lag {
        link: u32,
        blocker: Row,
        until: i64,
    },
    /// Nobody knows when the lag of this link began to run.
    NoDate {
        link: u32,
        blocker: Row,
    },
    Cancelled(Row),
    /// The predecessor of this link is not there.
    Missing {
        link: u32,
        successor: Row,
    },
    Stage(StageNumber),
    Gate(GateNumber),
    /// The summary above is held.
    Summary(Row),
}

/// Whether a stage is open and whether it may change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum StageState {
    /// Not open; it may be opened where nothing stands in the way.
    Ahead,
    Open,
    Closed,
}

/// The rules of a project at one moment.
pub(crate) struct Present<'r, 'a> {
    pub(crate) rules: &'r Rules<'a>,
    pub(crate) outline: &'r Outline<'a>,
    pub(crate) now: Timestamp,
    /// The zone in which moments are told: the project's.
    pub(crate) zone: Zone,
    pub(crate) progressed: Column<Progressed, Place>,
    /// What is missing in each gate.
    pub(crate) points: Column<Vec<Point>, GateForm>,
    pub(crate) stages: Column<StageState, StageForm>,
    /// How many tasks of each summary, itself for a task, still have to be done.
    unfinished: Column<u32, Place>,
}

impl<'r, 'a> Present<'r, 'a> {
    pub(crate) fn new(rules: &'r Rules<'a>, outline: &'r Outline<'a>, zone: Zone, now: Timestamp) -> Present<'r, 'a> {
        let points = rules.gates.forms.rows().map(|gate| rules.gates.points(gate, now)).collect();
        let stages = rules.stages.forms.beside(StageState::Ahead);
        let unfinished = outline.places.beside(0);
        let mut present = Present { rules, outline, now, zone, progressed: progress::of(outline, Some(now)), points, stages, unfinished };
        present.count_unfinished();
        present.advance_stages();
        present
    }

    fn count_unfinished(&mut self) {
        for row in self.outline.places.rows().rev() {
            if !self.outline.places[row].summary {
                self.unfinished[row] = u32::from(self.is_unfinished(row));
            }
            if let Some(parent) = self.outline.parent(row) {
                self.unfinished[parent] += self.unfinished[row];
            }
        }
    }

    /// Whether something has been recorded by now.
    fn is_past(&self, at: Timestamp) -> bool {
        at <= self.now
    }

    /// Opens and closes the stages as it was recorded, and then those that do so by themselves, those that come first first.
    fn advance_stages(&mut self) {
        let mut unfinished = self.rules.stages.forms.beside(0_usize);
        let mut has_begun = self.rules.stages.forms.beside(false);
        for row in self.outline.places.rows().filter(|row| !self.outline.places[*row].summary) {
            if let Some(stage) = self.rules.stages.of(row) {
                unfinished[stage] += usize::from(self.is_unfinished(row));
                has_begun[stage] |= self.progressed[row].has_begun();
            }
        }
        let recorded: Vec<StageState> = self.outline.project.stages.iter().map(|stage| self.recorded(stage)).collect();
        self.stages.set_all(recorded.into_iter());
        // A stage in which somebody works has opened, and does not shut again when a paper of its entry expires.
        for stage in self.rules.stages.forms.rows().filter(|stage| has_begun[*stage]) {
            let by_itself = self.outline.project.stages.get(stage.as_usize()).is_some_and(|stage| !stage.by_hand);
            if by_itself && self.stages[stage] == StageState::Ahead {
                self.stages[stage] = StageState::Open;
            }
        }
        // Who has been opened or closed by hand waits for no other stage, also in a loop.
        let order = self.rules.stages.order(|stage| self.stages[stage] == StageState::Ahead);
        for number in &order {
            let by_itself = self.outline.project.stages.get(number.as_usize()).is_some_and(|stage| !stage.by_hand);
            if by_itself && self.stages[*number] == StageState::Ahead && self.may_open(*number) {
                self.stages[*number] = StageState::Open;
            }
            let may_close = || unfinished[*number] == 0 && self.unclear(Guarded::Closing(*number)).next().is_none();
            if by_itself && self.stages[*number] == StageState::Open && may_close() {
                self.stages[*number] = StageState::Closed;
            }
        }
    }

    /// What a person has made of a stage.
    fn recorded(&self, stage: &Stage) -> StageState {
        match (stage.opened, stage.closed) {
            (_, Some(closed)) if self.is_past(closed) => StageState::Closed,
            (Some(opened), _) if self.is_past(opened) => StageState::Open,
            _ => StageState::Ahead,
        }
    }

    /// Whether the entry rule of a stage holds.
    fn may_open(&self, stage: StageNumber) -> bool {
        self.earlier(stage).next().is_none() && self.unclear(Guarded::Opening(stage)).next().is_none()
    }

    /// The stages that have to be closed before this one opens, and are not.
    pub(crate) fn earlier(&self, stage: StageNumber) -> impl Iterator<Item = StageNumber> {
        self.rules.stages.forms[stage].after.iter().copied().filter(|before| self.stages[*before] != StageState::Closed)
    }

    /// Whether nothing is missing in a gate.
    pub(crate) fn is_clear(&self, gate: GateNumber) -> bool {
        self.points[gate].is_empty()
    }

    /// The gates that guard something and are not clear.
    pub(crate) fn unclear(&self, guarded: Guarded) -> impl Iterator<Item = GateNumber> {
        self.rules.gates.guarding(guarded).filter(|gate| !self.is_clear(*gate))
    }

    /// The gates that keep a stage from opening.
    pub(crate) fn unclear_opening(&self, stage: StageNumber) -> impl Iterator<Item = GateNumber> {
        self.unclear(Guarded::Opening(stage))
    }

    /// The gates that keep a stage from closing.
    pub(crate) fn unclear_closing(&self, stage: StageNumber) -> impl Iterator<Item = GateNumber> {
        self.unclear(Guarded::Closing(stage))
    }

    /// The task that a blocking link waits for.
    pub(crate) fn blocker(&self, link: u32) -> Option<Row> {
        self.rules.blockers.iter().find(|blocker| blocker.link == link).and_then(|blocker| blocker.predecessor.get())
    }

    pub(crate) fn standing(&self, row: Row) -> Standing {
        self.progressed[row].standing
    }

    pub(crate) fn is_unfinished(&self, row: Row) -> bool {
        matches!(self.standing(row), Standing::Waiting | Standing::Running)
    }

    /// The stage that a task belongs to, where it is not open.
    pub(crate) fn stage_hold(&self, row: Row) -> Option<Hold> {
        self.rules.stages.of(row).filter(|stage| self.stages[*stage] != StageState::Open).map(Hold::Stage)
    }

    /// The blocking links and the gates that hold one end of a task or a summary by itself.
    ///
    /// # Errors
    /// Calendars on which no work is left.
    pub(crate) fn own_holds(&self, row: Row, end: End, clocks: &mut Clocks<'_>, holds: &mut Vec<Hold>) -> Result<()> {
        let blockers = self.rules.blockers_of(row).iter().filter(|blocker| blocker.kind.ties_start() == (end == End::Start));
        for blocker in blockers.filter(|blocker| !blocker.waived.is_some_and(|at| self.is_past(at))) {
            holds.extend(self.hold(blocker, clocks)?);
        }
        let guarded = match end {
            End::Start => Guarded::Start(row),
            End::Completion => Guarded::Completion(row),
        };
        holds.extend(self.unclear(guarded).map(Hold::Gate));
        Ok(())
    }

    fn hold(&self, blocker: &Blocker, clocks: &mut Clocks<'_>) -> Result<Option<Hold>> {
        let link = blocker.link;
        let Some(row) = blocker.predecessor.get() else { return Ok(Some(Hold::Missing { link, successor: blocker.successor })) };
        let before = self.progressed[row];
        let (has_happened, event) = match blocker.kind.leaves_start() {
            true => (before.has_begun(), before.start),
            false => (before.standing == Standing::Done, before.finish),
        };
        if !has_happened {
            return Ok(Some(match (before.standing, blocker.kind.leaves_start()) {
                (Standing::Cancelled, _) => Hold::Cancelled(row),
                (_, true) => Hold::NotStarted(row),
                (_, false) => Hold::NotFinished(row),
            }));
        }
        // A lead lets nobody go before the event: whether it will happen is not known until it has.
        let Some((clock, seconds)) = blocker.lag.filter(|(_, seconds)| *seconds > 0) else { return Ok(None) };
        let Some(event) = event else { return Ok(Some(Hold::NoDate { link, blocker: row })) };
        let until = clocks.shift(clock, event, seconds)?;
        Ok((self.now.unix_seconds() < until).then_some(Hold::Lag { link, blocker: row, until }))
    }

    /// The summary that an end of a task or summary belongs to as well: no task may start before its summaries may, and with the last
    /// task its summary is completed.
    pub(crate) fn also(&self, row: Row, end: End) -> Option<Row> {
        self.outline.parent(row).filter(|parent| end == End::Start || self.unfinished[*parent] <= 1)
    }

    /// All that holds one end of a task: its own, then that of the summaries above it.
    ///
    /// # Errors
    /// Calendars on which no work is left.
    pub(crate) fn all_holds(&self, row: Row, end: End, clocks: &mut Clocks<'_>) -> Result<Vec<Hold>> {
        let mut holds: Vec<Hold> = self.stage_hold(row).filter(|_| end == End::Start).into_iter().collect();
        for row in std::iter::successors(Some(row), |row| self.also(*row, end)) {
            self.own_holds(row, end, clocks, &mut holds)?;
        }
        Ok(holds)
    }

    /// The tasks below a summary, or the task itself, that still have to be done.
    pub(crate) fn unfinished_below(&self, row: Row) -> impl Iterator<Item = Row> {
        self.outline.below(row).filter(|row| !self.outline.places[*row].summary && self.is_unfinished(*row))
    }
}
