#![forbid(unsafe_code)]
//! Generates the bindings of a language from the compiled library: `linkstar-bindgen generate --language kotlin ...`.

fn main() {
    uniffi::uniffi_bindgen_main();
}
