//! The bare passes: what a plan costs when nothing but the arithmetic is left.
//!
//! Tasks are numbered by level, so that every edge leads to a higher number, and the edges form one flat list by successor: a loop
//! over all edges has nothing to guess, where one over the two or three of each task mispredicts its end. Both passes read the same
//! list, once from either side. Durations and lags are folded into one weight for each edge. On one calendar everything stays on
//! the line of working time, and each task's four dates are converted at the end; on several, every edge crosses from one line to
//! another, level by level.
//!
//! There are no constraints, no progress and no errors here: an engine is slower, and the question is by how much.

use linkstar::{Directory, LinkKind, Result, Timestamp};

use crate::documents::{CALENDARS, OFFICE, START};
use crate::network::Network;
use crate::working_time::{self, Table};

/// Earlier than all dates, and far enough from the edge of the numbers to have weights added.
const NEVER: i32 = i32::MIN / 2;

/// The dates of all tasks, by rank, in minutes of the tables.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Dates {
    /// When each task starts and finishes at the earliest.
    pub early: Vec<[i32; 2]>,
    /// When each task starts and finishes at the latest.
    pub late: Vec<[i32; 2]>,
    /// Working minutes by which it can slip before the project does.
    pub total_slack: Vec<i32>,
    /// Working minutes by which it can slip before another task does.
    pub free_slack: Vec<i32>,
    /// Whether it cannot slip.
    pub critical: Vec<bool>,
    /// When the project finishes.
    pub finish: i32,
}

impl Dates {
    fn new(tasks: usize) -> Dates {
        Dates {
            early: vec![[0; 2]; tasks],
            late: vec![[0; 2]; tasks],
            total_slack: vec![0; tasks],
            free_slack: vec![0; tasks],
            critical: vec![false; tasks],
            finish: 0,
        }
    }

    /// The project's finish in seconds of UTC.
    ///
    /// # Errors
    /// None in the years of the tables.
    pub fn finish_seconds(&self) -> Result<i64> {
        working_time::unix_seconds(self.finish)
    }
}

/// Tasks and edges by level.
struct Ranking {
    /// The task of each rank.
    task: Vec<u32>,
    /// The rank at which each level begins, and the number of tasks.
    levels: Vec<usize>,
    /// The links by rank of their successor: ranks of both ends, and the place in the network.
    edges: Vec<(u32, u32, usize)>,
}

impl Ranking {
    /// A level for each task, one above the highest of its predecessors.
    fn new(network: &Network) -> Ranking {
        let tasks = network.tasks.len();
        let mut waits = vec![0_u32; tasks];
        let mut outgoing: Vec<Vec<u32>> = vec![Vec::new(); tasks];
        for link in &network.links {
            waits[link.successor as usize] += 1;
            outgoing[link.predecessor as usize].push(link.successor);
        }
        let mut task: Vec<u32> = (0..tasks as u32).filter(|task| waits[*task as usize] == 0).collect();
        let mut levels = vec![0];
        while levels.last().is_some_and(|first| *first < task.len()) {
            let (first, after) = (levels[levels.len() - 1], task.len());
            for rank in first..after {
                for successor in &outgoing[task[rank] as usize] {
                    waits[*successor as usize] -= 1;
                    if waits[*successor as usize] == 0 {
                        task.push(*successor);
                    }
                }
            }
            levels.push(after);
        }
        assert_eq!(task.len(), tasks, "the network has a loop");
        let mut rank = vec![0_u32; tasks];
        task.iter().zip(0..).for_each(|(task, number)| rank[*task as usize] = number);
        let ends = network.links.iter().zip(0..).map(|(link, place)| {
            let [from, to] = [link.predecessor, link.successor].map(|task| rank[task as usize]);
            (from, to, place)
        });
        let mut edges: Vec<(u32, u32, usize)> = ends.collect();
        edges.sort_unstable_by_key(|(from, to, _)| (*to, *from));
        Ranking { task, levels, edges }
    }

    /// The earliest that each task may start whatever its links say. As in Microsoft Project, that is the project's start for tasks
    /// that wait for nothing and for those with a finish-to-finish link; others may be pulled before it, by a lead for example.
    fn floors(&self, network: &Network, project_start: impl Fn(usize) -> i32) -> Vec<i32> {
        let mut floors: Vec<i32> = (0..self.task.len()).map(&project_start).collect();
        for (_, to, _) in &self.edges {
            floors[*to as usize] = NEVER;
        }
        for (_, to, place) in &self.edges {
            if network.links[*place].kind == LinkKind::FinishToFinish {
                floors[*to as usize] = project_start(*to as usize);
            }
        }
        floors
    }
}

/// What an edge adds to the end of the predecessor that it leaves from, to give a bound on the start of the successor, and whether
/// it leaves from the finish.
fn offset(network: &Network, place: usize) -> (i32, bool) {
    let link = network.links[place];
    let duration = network.tasks[link.successor as usize].duration;
    match link.kind {
        LinkKind::FinishToStart => (link.lag, true),
        LinkKind::StartToStart => (link.lag, false),
        LinkKind::FinishToFinish => (link.lag - duration, true),
        LinkKind::StartToFinish => (link.lag - duration, false),
    }
}

/// An edge between two ranks: the successor starts no earlier than the predecessor, plus the weight.
#[derive(Debug, Clone, Copy)]
struct Weighted {
    from: u32,
    to: u32,
    weight: i32,
}

/// The pass over a network on one calendar.
pub struct OneCalendar {
    task: Vec<u32>,
    durations: Vec<i32>,
    floors: Vec<i32>,
    edges: Vec<Weighted>,
    table: Table,
    project_start: i32,
    early: Vec<i32>,
    late: Vec<i32>,
    dates: Dates,
}

impl OneCalendar {
    /// Prepares the pass.
    ///
    /// # Errors
    /// A calendar that cannot be used.
    pub fn new(network: &Network, directory: &Directory) -> Result<OneCalendar> {
        let table = Table::new(directory, OFFICE)?;
        let project_start = table.position(working_time::minutes(START.parse::<Timestamp>()?)?);
        let ranking = Ranking::new(network);
        let durations: Vec<i32> = ranking.task.iter().map(|task| network.tasks[*task as usize].duration).collect();
        let weighted = |(from, to, place): (u32, u32, usize)| {
            let (offset, from_finish) = offset(network, place);
            Weighted { from, to, weight: offset + if from_finish { durations[from as usize] } else { 0 } }
        };
        let tasks = durations.len();
        Ok(OneCalendar {
            floors: ranking.floors(network, |_| project_start),
            edges: ranking.edges.iter().copied().map(weighted).collect(),
            task: ranking.task,
            durations,
            table,
            project_start,
            early: vec![0; tasks],
            late: vec![0; tasks],
            dates: Dates::new(tasks),
        })
    }

    /// All dates, slacks and flags, from nothing.
    pub fn run(&mut self) -> &Dates {
        let tasks = self.durations.len();
        let (early, late, free) = (&mut self.early[..tasks], &mut self.late[..tasks], &mut self.dates.free_slack[..tasks]);
        early.copy_from_slice(&self.floors);
        for edge in &self.edges {
            let bound = early[edge.from as usize] + edge.weight;
            let start = &mut early[edge.to as usize];
            *start = (*start).max(bound);
        }
        let finish = early.iter().zip(&self.durations).map(|(start, duration)| start + duration).max().unwrap_or(self.project_start);
        for ((late, free), duration) in late.iter_mut().zip(free.iter_mut()).zip(&self.durations) {
            (*late, *free) = (finish - duration, finish - duration);
        }
        for edge in self.edges.iter().rev() {
            let (from, to) = (edge.from as usize, edge.to as usize);
            late[from] = late[from].min(late[to] - edge.weight);
            free[from] = free[from].min(early[to] - edge.weight);
        }
        let table = &self.table;
        let (early_dates, late_dates) = (&mut self.dates.early[..tasks], &mut self.dates.late[..tasks]);
        let (total, critical) = (&mut self.dates.total_slack[..tasks], &mut self.dates.critical[..tasks]);
        for rank in 0..tasks {
            let (start, limit, duration) = (early[rank], late[rank], self.durations[rank]);
            early_dates[rank] = [table.start(start), table.finish(start + duration)];
            late_dates[rank] = [table.start(limit), table.finish(limit + duration)];
            total[rank] = limit - start;
            free[rank] -= start;
            critical[rank] = limit <= start;
        }
        self.dates.finish = table.finish(finish);
        &self.dates
    }

    /// Working minutes from the project's start to its finish, as of the last run.
    pub fn working_minutes(&self) -> i32 {
        self.table.position(self.dates.finish - 1) + 1 - self.project_start
    }

    /// The task of each rank.
    pub fn tasks(&self) -> &[u32] {
        &self.task
    }
}

/// An edge between two ranks of perhaps different calendars.
#[derive(Debug, Clone, Copy)]
struct Crossing {
    from: u32,
    to: u32,
    /// Twice the offset on the successor's line, and one more where the edge leaves from the finish.
    offset: i32,
}

impl Crossing {
    #[inline]
    fn end(self) -> usize {
        (self.offset & 1) as usize
    }
}

/// The pass over a network on eight calendars.
pub struct EightCalendars {
    task: Vec<u32>,
    durations: Vec<i32>,
    calendars: Vec<u8>,
    floors: Vec<i32>,
    edges: Vec<Crossing>,
    /// The rank and the edge at which each level begins.
    levels: Vec<[usize; 2]>,
    tables: [Table; 8],
    project_start: i32,
    early: Vec<i32>,
    late: Vec<i32>,
    dates: Dates,
}

impl EightCalendars {
    /// Prepares the pass.
    ///
    /// # Errors
    /// A calendar that cannot be used.
    pub fn new(network: &Network, directory: &Directory) -> Result<EightCalendars> {
        let [a, b, c, d, e, f, g, h] = CALENDARS.map(|(id, ..)| Table::new(directory, id));
        let tables = [a?, b?, c?, d?, e?, f?, g?, h?];
        let project_start = working_time::minutes(START.parse::<Timestamp>()?)?;
        let ranking = Ranking::new(network);
        let of_task = |task: &u32| network.tasks[*task as usize];
        let calendars: Vec<u8> = ranking.task.iter().map(|task| of_task(task).calendar).collect();
        let crossing = |(from, to, place): (u32, u32, usize)| {
            let (offset, from_finish) = offset(network, place);
            Crossing { from, to, offset: offset * 2 + i32::from(from_finish) }
        };
        let first_edge = |rank: usize| ranking.edges.partition_point(|(_, to, _)| (*to as usize) < rank);
        let tasks = calendars.len();
        Ok(EightCalendars {
            durations: ranking.task.iter().map(|task| of_task(task).duration).collect(),
            floors: ranking.floors(network, |rank| tables[usize::from(calendars[rank])].position(project_start)),
            edges: ranking.edges.iter().copied().map(crossing).collect(),
            levels: ranking.levels.iter().map(|rank| [*rank, first_edge(*rank)]).collect(),
            task: ranking.task,
            calendars,
            tables,
            project_start,
            early: vec![0; tasks],
            late: vec![0; tasks],
            dates: Dates::new(tasks),
        })
    }

    /// All dates, slacks and flags, from nothing.
    pub fn run(&mut self) -> &Dates {
        let tasks = self.durations.len();
        let (durations, calendars) = (&self.durations[..tasks], &self.calendars[..tasks]);
        let (early, late, free) = (&mut self.early[..tasks], &mut self.late[..tasks], &mut self.dates.free_slack[..tasks]);
        let (early_dates, late_dates) = (&mut self.dates.early[..tasks], &mut self.dates.late[..tasks]);
        let (total, critical) = (&mut self.dates.total_slack[..tasks], &mut self.dates.critical[..tasks]);
        let tables = &self.tables;
        // There are eight, and to say so spares a check.
        let table = |rank: usize| &tables[usize::from(calendars[rank] & 7)];

        early.copy_from_slice(&self.floors);
        let mut finish = self.project_start;
        for pair in self.levels.windows(2) {
            let [[first, first_edge], [after, after_edge]] = [pair[0], pair[1]];
            for edge in &self.edges[first_edge..after_edge] {
                let to = edge.to as usize;
                let bound = table(to).position(early_dates[edge.from as usize][edge.end()]) + (edge.offset >> 1);
                early[to] = early[to].max(bound);
            }
            for rank in first..after {
                let (table, start) = (table(rank), early[rank]);
                early_dates[rank] = [table.start(start), table.finish(start + durations[rank])];
                finish = finish.max(early_dates[rank][1]);
            }
        }

        let last = tables.each_ref().map(|table| table.position(finish));
        for rank in 0..tasks {
            late[rank] = last[usize::from(calendars[rank] & 7)] - durations[rank];
            free[rank] = late[rank];
        }
        for pair in self.levels.windows(2).rev() {
            let [[first, first_edge], [after, after_edge]] = [pair[0], pair[1]];
            for rank in first..after {
                let (table, start, limit) = (table(rank), early[rank], late[rank]);
                late_dates[rank] = [table.start(limit), table.finish(limit + durations[rank])];
                total[rank] = limit - start;
                free[rank] -= start;
                critical[rank] = limit <= start;
            }
            for edge in &self.edges[first_edge..after_edge] {
                let (from, to) = (edge.from as usize, edge.to as usize);
                let (here, there) = (table(from), table(to));
                let own = durations[from] * (edge.offset & 1);
                late[from] = late[from].min(here.position(there.start(late[to] - (edge.offset >> 1))) - own);
                free[from] = free[from].min(here.position(there.start(early[to] - (edge.offset >> 1))) - own);
            }
        }
        self.dates.finish = finish;
        &self.dates
    }

    /// The task of each rank.
    pub fn tasks(&self) -> &[u32] {
        &self.task
    }
}
