//! Measuring on a machine that others use as well.
//!
//! What counts is the time that the processor gave to this thread. What is compared runs in turn, a short block of each, so that a
//! noisy minute falls on all; the figure is the median.

use std::any::Any;
use std::time::Duration;

use cpu_time::ThreadTime;

/// How long a block of runs takes, unless a single run takes longer.
const BLOCK: Duration = Duration::from_millis(30);
/// A run that takes longer than this is not warmed up again in every block.
const LONG: Duration = Duration::from_millis(200);

/// Something to be measured. What it gives is dropped when the clock has stopped.
pub type Run<'a> = &'a mut dyn FnMut() -> Box<dyn Any>;

/// The runs so far of several things that are compared.
pub struct Trial<const N: usize> {
    samples: [Vec<Duration>; N],
}

impl<const N: usize> Default for Trial<N> {
    fn default() -> Trial<N> {
        Trial { samples: std::array::from_fn(|_| Vec::new()) }
    }
}

impl<const N: usize> Trial<N> {
    /// Runs so many blocks of each, in turn.
    pub fn blocks(&mut self, blocks: usize, mut runs: [Run<'_>; N]) {
        for _ in 0..blocks {
            for (run, samples) in runs.iter_mut().zip(&mut self.samples) {
                let first = time(run);
                if first > LONG {
                    samples.push(first);
                    continue;
                }
                // The first run of a block fetches its memory back from the one before.
                let times = (BLOCK.as_nanos() / first.as_nanos().max(1)).clamp(3, 1_000);
                samples.extend((0..times).map(|_| time(run)));
            }
        }
    }

    /// The median of each.
    pub fn medians(&self) -> [Duration; N] {
        self.samples.each_ref().map(|samples| median(samples))
    }
}

/// The median of several times, zero of none.
pub fn median(times: &[Duration]) -> Duration {
    let mut sorted = times.to_vec();
    sorted.sort_unstable();
    sorted.get(sorted.len() / 2).copied().unwrap_or_default()
}

/// The time that this thread spent on one run.
pub fn time(run: &mut dyn FnMut() -> Box<dyn Any>) -> Duration {
    let start = ThreadTime::now();
    let kept = std::hint::black_box(run());
    let time = start.elapsed();
    drop(kept);
    time
}
