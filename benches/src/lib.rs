#![forbid(unsafe_code)]
//! What the engine is measured on, and what it is measured against.
//!
//! A [`Network`] of any size comes from our own generator, always the same, or from files of another one. It becomes the documents
//! that users write, so that the engine is measured on what it will be given. Beside it stand the yardsticks: the [`bare`] passes,
//! which do the same arithmetic and nothing else, a pass over a [`graph`] of the library that people would otherwise use, and the
//! [`plain`] structs into which JSON can be read without looking at it; and the [`log`] of a long life.

pub mod bare;
pub mod clock;
pub mod documents;
pub mod files;
pub mod graph;
pub mod log;
pub mod network;
pub mod plain;
pub mod working_time;

pub use network::{Network, Shape};
