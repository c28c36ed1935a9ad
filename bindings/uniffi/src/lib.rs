#![forbid(unsafe_code)]
//! The native library that Python, Kotlin, Swift and Ruby load. All that it exports is declared in the core.

linkstar::uniffi_reexport_scaffolding!();
