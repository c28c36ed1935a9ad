//! Properties: what must hold for every input, checked against oracles that are slow, simple and independent of the engine.

use proptest::test_runner::{Config, RngSeed};

mod access;
mod audit;
mod blocking;
mod clerk;
mod commands;
mod documents;
mod live;
mod networks;
mod oracle;
mod paths;
mod plans;
mod undo;
mod working_time;
mod workload;

/// The same cases in every run, so that a red test is red for everybody; `PROPTEST_RNG_SEED` and `PROPTEST_CASES` look further.
pub fn config(cases: u32) -> Config {
    let chosen = Config::default();
    let seed = if std::env::var_os("PROPTEST_RNG_SEED").is_some() { chosen.rng_seed } else { RngSeed::Fixed(20_271_126) };
    let cases = if std::env::var_os("PROPTEST_CASES").is_some() { chosen.cases } else { cases };
    Config { cases, rng_seed: seed, max_global_rejects: 20_000, ..chosen }
}
