//! The files of `models/secrets/`, part of the program.
//!
//! ```toml
//! [[format]]
//! id = "npm-token"
//! ```

macro_rules! file {
    ($name:literal) => {
        (
            concat!("models/secrets/", $name),
            include_str!(concat!("../../../models/secrets/", $name)),
        )
    };
}

/// Path and text of each file.
pub const FILES: &[(&str, &str)] = &[
    file!("applications.toml"),
    file!("cloud.toml"),
    file!("code_hosting.toml"),
    file!("databases.toml"),
    file!("general.toml"),
    file!("infrastructure.toml"),
    file!("messages.toml"),
    file!("models.toml"),
    file!("observability.toml"),
    file!("packages.toml"),
    file!("payments.toml"),
    file!("providers.toml"),
    file!("public.toml"),
    file!("words.toml"),
];
