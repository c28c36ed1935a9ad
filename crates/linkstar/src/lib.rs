#![forbid(unsafe_code)]
//! linkstar plans cross-border e-commerce projects.

#[cfg(feature = "uniffi")]
uniffi::setup_scaffolding!("linkstar");

mod document;
mod error;
#[cfg(feature = "uniffi")]
#[doc(hidden)]
pub mod ffi;
mod message;
mod model;
pub mod ops;
mod plan;
mod text;
mod time;

#[cfg(feature = "schema")]
pub use document::schemas;
pub use error::*;
pub use message::{local_time, working_time};
pub use model::*;
pub use ops::*;
pub use plan::*;
pub use time::*;
