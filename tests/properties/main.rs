//! Properties: what must hold for every input, checked against oracles that are slow, simple and independent of the engine.

mod documents;
mod networks;
mod oracle;
mod plans;
mod working_time;
