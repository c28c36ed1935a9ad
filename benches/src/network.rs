//! Networks of tasks and links: three shapes, any size, always the same.
//!
//! All of them have about 2.45 links per task, durations of 8 to 80 hours, and on a quarter of the links a lag of -8 to +24 hours.
//! Tasks are numbered as in an outline that people wrote: neighbours belong together, but a task may stand before one that it waits for.

use std::fmt;
use std::str::FromStr;

use linkstar::LinkKind;

/// How many tasks a summary has below it, and how many summaries the one above.
pub const SIBLINGS: usize = 10;

const MINUTES_PER_HOUR: i32 = 60;

/// A network without dates. Tasks are named by their place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Network {
    /// The tasks that carry work; summaries follow from their number.
    pub tasks: Vec<Task>,
    /// The links, by successor and predecessor.
    pub links: Vec<Link>,
}

/// A task.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Task {
    /// Working minutes.
    pub duration: i32,
    /// Which of the eight calendars it works on; the first for four tasks in five.
    pub calendar: u8,
}

/// A link between two tasks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Link {
    /// The place of the task that comes first.
    pub predecessor: u32,
    /// The place of the task that waits.
    pub successor: u32,
    /// Which ends are tied.
    pub kind: LinkKind,
    /// Working minutes, below zero for a lead.
    pub lag: i32,
}

/// What a network looks like from afar.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// Layers that wait for the one before, more of them the larger the network: a project as people make them.
    Layered,
    /// Lanes of up to a thousand tasks, each waiting for the one before it, with links across.
    Chain,
    /// Four layers, however many tasks there are.
    Wide,
}

impl Shape {
    /// All shapes.
    pub const ALL: [Shape; 3] = [Shape::Layered, Shape::Chain, Shape::Wide];

    const fn name(self) -> &'static str {
        match self {
            Shape::Layered => "layered",
            Shape::Chain => "chain",
            Shape::Wide => "wide",
        }
    }
}

impl fmt::Display for Shape {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Shape {
    type Err = String;

    fn from_str(text: &str) -> Result<Shape, String> {
        let found = Shape::ALL.into_iter().find(|shape| shape.name() == text);
        found.ok_or_else(|| format!("`{text}` is no shape; there are layered, chain and wide"))
    }
}

impl Network {
    /// The network of this shape and size.
    pub fn generate(shape: Shape, tasks: usize) -> Network {
        let mut draft = Draft::new(shape, tasks);
        match shape {
            Shape::Layered => draft.layered(),
            Shape::Chain => draft.chain(),
            Shape::Wide => draft.wide(),
        }
        draft.finish()
    }
}

/// A network in the making. Links are drawn between positions, every one to a higher position; `place` says which task stands there.
struct Draft {
    random: Random,
    place: Vec<u32>,
    tasks: Vec<Task>,
    links: Vec<Link>,
}

impl Draft {
    fn new(shape: Shape, tasks: usize) -> Draft {
        let mut random = Random::new(shape as u64 * 1_000_003 + tasks as u64);
        let mut place: Vec<u32> = (0..tasks as u32).collect();
        for siblings in place.chunks_mut(SIBLINGS) {
            for last in (1..siblings.len()).rev() {
                siblings.swap(last, random.below(last + 1));
            }
        }
        let work = |random: &mut Random| {
            let duration = MINUTES_PER_HOUR * (8 + random.below(73) as i32);
            let calendar = if random.one_in(5) { 1 + random.below(7) as u8 } else { 0 };
            Task { duration, calendar }
        };
        let tasks = (0..tasks).map(|_| work(&mut random)).collect();
        Draft { random, place, tasks, links: Vec::new() }
    }

    /// As many layers as a third of the root: 33 of 300 tasks, 105 of 950, 333 of 3000.
    fn layered(&mut self) {
        let all = self.tasks.len();
        let layers = (all.isqrt() / 3).max(5);
        let width = all.div_ceil(layers);
        for position in width..all {
            let (layer, across) = (position / width, position % width);
            let wanted = [1, 2, 2, 3, 3, 4][self.random.below(6)];
            self.wait_for(position, wanted, |random| {
                let back = if random.one_in(5) { 2 + random.below(4) } else { 1 };
                // Most links stay in the neighbourhood; some come from anywhere.
                let near = width / 20 + 1;
                let anywhere = random.one_in(6);
                let across = if anywhere { random.below(width) } else { (across + random.below(2 * near + 1)).saturating_sub(near) };
                layer.saturating_sub(back) * width + across.min(width - 1)
            });
        }
    }

    fn chain(&mut self) {
        let all = self.tasks.len();
        let length = (all / 10).clamp(1, 1_000);
        for position in 0..all {
            let (lane, at) = (position / length, position % length);
            if at == 0 {
                continue;
            }
            self.links.push(self.link(position - 1, position, LinkKind::FinishToStart, 0));
            let wanted = self.random.below(4);
            self.wait_for(position, wanted, |random| {
                let back = 2 + random.below(40);
                let lane = if lane > 0 && random.one_in(3) { random.below(lane) } else { lane };
                lane * length + at.saturating_sub(back)
            });
        }
    }

    fn wide(&mut self) {
        let all = self.tasks.len();
        let width = all.div_ceil(4);
        for position in width..all {
            let before = position / width * width;
            let wanted = [2, 3, 3, 3, 4, 5][self.random.below(6)];
            self.wait_for(position, wanted, |random| random.below(before));
        }
    }

    /// Draws predecessors for a position. One that is drawn twice, or is the task before it in its lane, counts once.
    fn wait_for(&mut self, position: usize, wanted: usize, mut draw: impl FnMut(&mut Random) -> usize) {
        let mut drawn: Vec<usize> = (0..wanted).map(|_| draw(&mut self.random)).collect();
        drawn.sort_unstable();
        drawn.dedup();
        for predecessor in drawn.into_iter().filter(|predecessor| *predecessor < position) {
            let kind = match self.random.below(100) {
                0..70 => LinkKind::FinishToStart,
                70..84 => LinkKind::StartToStart,
                84..96 => LinkKind::FinishToFinish,
                _ => LinkKind::StartToFinish,
            };
            let lag = if self.random.one_in(4) { MINUTES_PER_HOUR * (self.random.below(33) as i32 - 8) } else { 0 };
            self.links.push(self.link(predecessor, position, kind, lag));
        }
    }

    fn link(&self, predecessor: usize, successor: usize, kind: LinkKind, lag: i32) -> Link {
        Link { predecessor: self.place[predecessor], successor: self.place[successor], kind, lag }
    }

    fn finish(mut self) -> Network {
        self.links.sort_by_key(|link| (link.successor, link.predecessor));
        self.links.dedup_by_key(|link| (link.successor, link.predecessor));
        Network { tasks: self.tasks, links: self.links }
    }
}

/// Numbers that look random and are the same on every machine: Knuth's MMIX generator, of which the upper half is good enough here.
#[derive(Debug, Clone)]
pub struct Random(u64);

impl Random {
    /// The numbers of this seed.
    pub fn new(seed: u64) -> Random {
        let mut random = Random(seed ^ 0x6c69_6e6b_7374_6172);
        random.below(1);
        random
    }

    /// A number from zero to one below the limit.
    pub fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (((self.0 >> 32) * limit as u64) >> 32) as usize
    }

    /// True once in so many times.
    pub fn one_in(&mut self, times: usize) -> bool {
        self.below(times) == 0
    }
}
