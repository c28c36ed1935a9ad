//! Which tasks are held, and by what.

use std::ops::Range;

use crate::column::{Column, Slot};
use crate::error::Result;
use crate::outline::{Place, Row};
use crate::rules::{End, GateNumber, Hold, ItemNumber, Present, Standing};
use crate::time::Clocks;

/// The holds of all tasks and summaries, one after the other.
pub(crate) struct Held {
    holds: Vec<Hold>,
    of: Column<Range<u32>, Place>,
}

impl Held {
    /// Asks every task: one that has not begun whether it may start, one that runs whether it may be completed. What holds a summary is
    /// kept once, and the tasks below it point there.
    ///
    /// # Errors
    /// Calendars on which no work is left.
    pub(crate) fn new(present: &Present<'_, '_>, clocks: &mut Clocks<'_>) -> Result<Held> {
        let places = &present.outline.places;
        let mut held = Held { holds: Vec::new(), of: places.beside(0..0) };
        if present.rules.is_empty() {
            return Ok(held);
        }
        // The nearest summary, above a task or a summary or itself, that may not begin.
        let mut closed: Column<Slot<Place>, Place> = places.beside(Slot::EMPTY);
        for row in places.rows() {
            let first = held.holds.len();
            let above = present.outline.parent(row).map_or(Slot::EMPTY, |parent| closed[parent]);
            closed[row] = above;
            let end = match (places[row].summary, present.standing(row)) {
                (_, Standing::Done | Standing::Cancelled) => continue,
                (true, Standing::Waiting | Standing::Running) | (false, Standing::Waiting) => End::Start,
                (false, Standing::Running) => End::Completion,
            };
            if !places[row].summary && end == End::Start {
                held.holds.extend(present.stage_hold(row));
            }
            present.own_holds(row, end, clocks, &mut held.holds)?;
            if places[row].summary && held.holds.len() > first {
                closed[row] = row.into();
            }
            match end {
                End::Start => held.holds.extend(above.get().map(Hold::Summary)),
                End::Completion => {
                    let mut summary_holds = Vec::new();
                    for summary in std::iter::successors(present.also(row, end), |summary| present.also(*summary, end)) {
                        present.own_holds(summary, end, clocks, &mut summary_holds)?;
                    }
                    held.holds.extend(summary_holds);
                }
            }
            held.of[row] = number(first)..number(held.holds.len());
        }
        Ok(held)
    }

    /// The task that a gate waits for to bring an item: none where it is done, and none where the gate waits for the item before that
    /// task may be completed.
    pub(crate) fn awaited(&self, present: &Present<'_, '_>, gate: GateNumber, item: ItemNumber) -> Option<Row> {
        let producer = present.rules.gates.items[item].producer.filter(|row| present.is_unfinished(*row))?;
        (!self.of(producer).contains(&Hold::Gate(gate))).then_some(producer)
    }

    /// What holds a task or a summary; nothing where it is free.
    pub(crate) fn of(&self, row: Row) -> &[Hold] {
        let Range { start, end } = self.of[row];
        self.holds.get(start as usize..end as usize).unwrap_or_default()
    }
}

fn number(length: usize) -> u32 {
    u32::try_from(length).unwrap_or(u32::MAX)
}
