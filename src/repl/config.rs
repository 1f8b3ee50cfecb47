//! The configuration file of the prompt.
//!
//! TOML, read only when the session is interactive. A file that is broken is reported and ignored as a whole; a key
//! that is not known, or whose value does not fit, is reported and ignored alone.

use super::theme::Theme;
use std::path::PathBuf;
use toml::de::{DeTable, DeValue};

/// What `repl --generate-config` prints: every setting with its default.
pub const DEFAULT: &str = "\
# Settings of the prompt. This file belongs at ~/.config/tensor-repl/config.toml
# (or $XDG_CONFIG_HOME/tensor-repl/config.toml).

# Colours for a \"dark\" or a \"light\" background; \"auto\" asks the terminal; \"plain\" has none.
theme = \"auto\"

# The line under an echoed value: dtype, shape, gradient, statistics.
annotations = true

# The most entries that the history keeps; 0 keeps none.
history-size = 10000

# Where the history is. Empty: ~/.local/state/tensor-repl/history (or under $XDG_STATE_HOME).
history-file = \"\"

# The line that greets.
banner = true

# Code that runs before the first prompt.
startup = \"\"
";

/// The settings of the prompt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Config {
    /// The colours; nothing asks the terminal.
    pub theme: Option<Theme>,
    /// Whether a line under an echoed value tells of it.
    pub annotations: bool,
    /// The most entries of the history.
    pub history_size: usize,
    /// Where the history is, unless at its usual place.
    pub history_file: Option<PathBuf>,
    /// Whether a line greets.
    pub banner: bool,
    /// Code that runs before the first prompt.
    pub startup: String,
}

impl Default for Config {
    fn default() -> Config {
        Config {
            theme: None,
            annotations: true,
            history_size: 10_000,
            history_file: None,
            banner: true,
            startup: String::new(),
        }
    }
}

impl Config {
    /// The settings of the user's file, and what is wrong with it, one line each.
    pub fn load() -> (Config, Vec<String>) {
        let Some(path) = path() else { return (Config::default(), Vec::new()) };
        match std::fs::read_to_string(&path) {
            Ok(text) => {
                let (config, faults) = Config::parse(&text);
                (config, faults.into_iter().map(|f| format!("{}: {f}", path.display())).collect())
            }
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => (Config::default(), Vec::new()),
            Err(error) => (Config::default(), vec![format!("{}: {error}", path.display())]),
        }
    }

    /// The settings of a text, and what is wrong with it, one line each.
    pub fn parse(text: &str) -> (Config, Vec<String>) {
        let mut config = Config::default();
        let mut faults = Vec::new();
        let table = match DeTable::parse(text) {
            Ok(table) => table,
            Err(error) => {
                let line = error.span().map_or(1, |s| text[..s.start.min(text.len())].matches('\n').count() + 1);
                faults.push(format!("line {line}: {}", error.message()));
                return (config, faults);
            }
        };
        for (key, value) in table.get_ref() {
            let line = text[..key.span().start.min(text.len())].matches('\n').count() + 1;
            if let Err(fault) = config.set(key.get_ref(), value.get_ref()) {
                faults.push(format!("line {line}: {fault}"));
            }
        }
        (config, faults)
    }

    /// Takes one setting.
    fn set(&mut self, key: &str, value: &DeValue<'_>) -> Result<(), String> {
        let expected = |what: &str| format!("{key} should be {what}");
        match key {
            "theme" => {
                self.theme = match value.as_str() {
                    Some("auto") => None,
                    Some("dark") => Some(Theme::Dark),
                    Some("light") => Some(Theme::Light),
                    Some("plain") => Some(Theme::Plain),
                    _ => return Err(expected("\"auto\", \"dark\", \"light\" or \"plain\"")),
                };
            }
            "annotations" => self.annotations = value.as_bool().ok_or_else(|| expected("true or false"))?,
            "banner" => self.banner = value.as_bool().ok_or_else(|| expected("true or false"))?,
            "history-size" => {
                let size = value.as_integer().and_then(|i| usize::from_str_radix(i.as_str(), i.radix()).ok());
                self.history_size = size.ok_or_else(|| expected("a number of entries"))?;
            }
            "history-file" => {
                let file = value.as_str().ok_or_else(|| expected("a path in quotes"))?;
                self.history_file = (!file.is_empty()).then(|| expand(file));
            }
            "startup" => self.startup = value.as_str().ok_or_else(|| expected("code in quotes"))?.to_string(),
            _ => {
                let known = ["theme", "annotations", "banner", "history-size", "history-file", "startup"];
                let near = crate::diag::did_you_mean(key, known.iter().copied());
                let near = near.map(|n| format!("; did you mean {n}?")).unwrap_or_default();
                return Err(format!("unknown setting {key}{near}"));
            }
        }
        Ok(())
    }
}

/// A path whose `~/` is the home directory.
fn expand(path: &str) -> PathBuf {
    match (path.strip_prefix("~/"), home()) {
        (Some(rest), Some(home)) => home.join(rest),
        _ => PathBuf::from(path),
    }
}

fn variable(name: &str) -> Option<PathBuf> {
    std::env::var_os(name).filter(|v| !v.is_empty()).map(PathBuf::from)
}

fn home() -> Option<PathBuf> {
    variable("HOME").or_else(|| variable("USERPROFILE"))
}

/// Where the configuration file is.
pub fn path() -> Option<PathBuf> {
    let folder = variable("XDG_CONFIG_HOME").or_else(|| home().map(|h| h.join(".config")))?;
    Some(folder.join("tensor-repl").join("config.toml"))
}

/// Where the history is, unless the configuration says otherwise.
pub fn history_path() -> Option<PathBuf> {
    let folder = variable("XDG_STATE_HOME").or_else(|| home().map(|h| h.join(".local").join("state")))?;
    Some(folder.join("tensor-repl").join("history"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_generated_file_is_the_default() {
        assert_eq!(Config::parse(DEFAULT), (Config::default(), Vec::new()));
    }

    #[test]
    fn settings_are_taken() {
        let text =
            "theme = 'light'\nannotations = false\nhistory-size = 1_0\nstartup = \"\"\"\nimport torch\nx = 1\n\"\"\"";
        let (config, faults) = Config::parse(text);
        assert_eq!(faults, Vec::<String>::new());
        assert_eq!((config.theme, config.annotations, config.history_size), (Some(Theme::Light), false, 10));
        assert_eq!(config.startup, "import torch\nx = 1\n");
    }

    #[test]
    fn faults_are_told_and_the_rest_is_taken() {
        let (config, faults) = Config::parse("annotation = true\nhistory-size = -3\nbanner = false\n");
        assert_eq!(faults.len(), 2);
        assert!(
            faults.contains(&"line 1: unknown setting annotation; did you mean annotations?".to_string()),
            "{faults:?}"
        );
        assert!(!config.banner);
        let (config, faults) = Config::parse("theme = \n");
        assert_eq!((config, faults.len()), (Config::default(), 1));
    }
}
