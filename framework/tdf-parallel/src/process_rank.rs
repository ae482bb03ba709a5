//! Who a process is among those of a training, by the variables that torchrun sets.

use std::time::Duration;

/// The place of a process among those that train together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProcessRank {
    /// Its number, from 0 (`RANK`).
    pub rank: usize,
    /// Number of processes (`WORLD_SIZE`).
    pub size: usize,
    /// Its number among those on the same machine (`LOCAL_RANK`); the number of its GPU.
    pub local_rank: usize,
    /// Number of processes on the same machine (`LOCAL_WORLD_SIZE`).
    pub local_size: usize,
    /// Where process 0 runs (`MASTER_ADDR`).
    pub address: String,
    /// The port there at which all meet (`MASTER_PORT`).
    pub port: u16,
    /// Whether torchrun itself listens at that port, and process 0 need not (`TORCHELASTIC_USE_AGENT_STORE`).
    pub agent: bool,
    /// How often torchrun has begun anew (`TORCHELASTIC_RESTART_COUNT`).
    pub attempt: u64,
    /// The network interface to use (`GLOO_SOCKET_IFNAME`); `None` for the one of the machine's own name.
    pub interface: Option<String>,
    /// How long to wait for the others (`TDF_PARALLEL_TIMEOUT`, in seconds).
    pub timeout: Duration,
}

/// A variable that makes no sense: names it and says what is wrong with it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct ProcessRankError(String);

impl ProcessRankError {
    fn new(message: String) -> Self {
        Self(message)
    }
}

/// The same as c10d's own examples use.
const PORT: u16 = 29500;
const SECONDS: u64 = 300;

impl ProcessRank {
    /// The place of this process; `None` if it trains alone: neither `RANK` nor `WORLD_SIZE` is set, or `WORLD_SIZE` is 1.
    ///
    /// # Errors
    /// A variable that is missing or out of its range.
    pub fn from_environment() -> Result<Option<Self>, ProcessRankError> {
        Self::from_variables(|name| std::env::var(name).ok())
    }

    /// As [`ProcessRank::from_environment`], by variables from elsewhere.
    ///
    /// # Errors
    /// As [`ProcessRank::from_environment`].
    pub fn from_variables(variable: impl Fn(&str) -> Option<String>) -> Result<Option<Self>, ProcessRankError> {
        let variable = |name: &str| variable(name).filter(|value| !value.is_empty());
        let number = |name: &str, least: u64, most: u64| -> Result<Option<u64>, ProcessRankError> {
            let Some(text) = variable(name) else { return Ok(None) };
            match text.trim().parse::<u64>() {
                Ok(number) if (least..=most).contains(&number) => Ok(Some(number)),
                _ => Err(ProcessRankError::new(format!(
                    "{name} is {text:?}: allowed is a whole number from {least} to {most}"
                ))),
            }
        };
        let (rank, size) = match (variable("RANK"), number("WORLD_SIZE", 1, 65_536)?) {
            (None, None) => return Ok(None),
            (Some(_), None) => return Err(lacks("RANK", "WORLD_SIZE, the number of all processes")),
            (None, Some(1)) => return Ok(None),
            (None, Some(_)) => return Err(lacks("WORLD_SIZE", "RANK, the number of this process, from 0")),
            (Some(_), Some(size)) => (number("RANK", 0, size - 1)?.unwrap_or(0), size),
        };
        if size == 1 {
            return Ok(None);
        }
        let local_size = number("LOCAL_WORLD_SIZE", 1, size)?.unwrap_or(size);
        Ok(Some(Self {
            rank: rank as usize,
            size: size as usize,
            local_rank: match number("LOCAL_RANK", 0, local_size - 1)? {
                Some(local_rank) => local_rank,
                None => rank % local_size,
            } as usize,
            local_size: local_size as usize,
            address: variable("MASTER_ADDR").unwrap_or_else(|| "127.0.0.1".to_owned()),
            port: number("MASTER_PORT", 1, u64::from(u16::MAX))?.map_or(PORT, |port| port as u16),
            agent: variable("TORCHELASTIC_USE_AGENT_STORE").is_some_and(|value| value == "True"),
            attempt: number("TORCHELASTIC_RESTART_COUNT", 0, u64::from(u32::MAX))?.unwrap_or(0),
            interface: variable("GLOO_SOCKET_IFNAME"),
            timeout: Duration::from_secs(number("TDF_PARALLEL_TIMEOUT", 1, 86_400)?.unwrap_or(SECONDS)),
        }))
    }
}

fn lacks(set: &str, missing: &str) -> ProcessRankError {
    ProcessRankError::new(format!(
        "{set} is set as for several processes, but not {missing}: torchrun sets both; unset {set} to train with one process"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(variables: &[(&str, &str)]) -> Result<Option<ProcessRank>, String> {
        let find = |name: &str| variables.iter().find(|(key, _)| *key == name);
        ProcessRank::from_variables(|name| find(name).map(|(_, value)| (*value).to_owned())).map_err(|e| e.to_string())
    }

    #[test]
    fn alone_without_variables_or_with_one_process() {
        assert_eq!(place(&[]), Ok(None));
        assert_eq!(place(&[("RANK", ""), ("WORLD_SIZE", "")]), Ok(None));
        assert_eq!(place(&[("WORLD_SIZE", "1")]), Ok(None));
        assert_eq!(place(&[("RANK", "0"), ("WORLD_SIZE", "1")]), Ok(None));
    }

    #[test]
    fn few_variables_mean_one_machine() {
        let found = place(&[("RANK", "1"), ("WORLD_SIZE", "2")]).unwrap().unwrap();
        assert_eq!(
            found,
            ProcessRank {
                rank: 1,
                size: 2,
                local_rank: 1,
                local_size: 2,
                address: "127.0.0.1".into(),
                port: 29500,
                agent: false,
                attempt: 0,
                interface: None,
                timeout: Duration::from_secs(300),
            }
        );
    }

    #[test]
    fn reads_all_that_torchrun_sets() {
        let found = place(&[
            ("RANK", "11"),
            ("WORLD_SIZE", "16"),
            ("LOCAL_RANK", "3"),
            ("LOCAL_WORLD_SIZE", "8"),
            ("MASTER_ADDR", "first.example"),
            ("MASTER_PORT", "4242"),
            ("TORCHELASTIC_USE_AGENT_STORE", "True"),
            ("TORCHELASTIC_RESTART_COUNT", "2"),
            ("GLOO_SOCKET_IFNAME", "eth0"),
            ("TDF_PARALLEL_TIMEOUT", "60"),
        ])
        .unwrap()
        .unwrap();
        assert_eq!(
            (found.rank, found.size, found.local_rank, found.local_size),
            (11, 16, 3, 8)
        );
        assert_eq!((found.address.as_str(), found.port), ("first.example", 4242));
        assert_eq!((found.agent, found.attempt, found.timeout.as_secs()), (true, 2, 60));
        assert_eq!(found.interface.as_deref(), Some("eth0"));
        // The second of two machines with 8 processes each, without LOCAL_RANK.
        let found = place(&[("RANK", "11"), ("WORLD_SIZE", "16"), ("LOCAL_WORLD_SIZE", "8")]);
        assert_eq!(found.unwrap().unwrap().local_rank, 3);
    }

    #[test]
    fn says_which_variable_is_wrong() {
        for (variables, expected) in [
            (&[("RANK", "0")][..], "not WORLD_SIZE"),
            (&[("WORLD_SIZE", "2")], "not RANK"),
            (
                &[("RANK", "2"), ("WORLD_SIZE", "2")],
                "RANK is \"2\": allowed is a whole number from 0 to 1",
            ),
            (&[("RANK", "-1"), ("WORLD_SIZE", "2")], "RANK is \"-1\""),
            (&[("RANK", "0"), ("WORLD_SIZE", "two")], "WORLD_SIZE is \"two\""),
            (&[("RANK", "0"), ("WORLD_SIZE", "0")], "WORLD_SIZE is \"0\""),
            (
                &[("RANK", "0"), ("WORLD_SIZE", "2"), ("LOCAL_RANK", "2")],
                "LOCAL_RANK is \"2\"",
            ),
            (
                &[("RANK", "0"), ("WORLD_SIZE", "2"), ("LOCAL_WORLD_SIZE", "3")],
                "LOCAL_WORLD_SIZE is \"3\"",
            ),
            (
                &[("RANK", "0"), ("WORLD_SIZE", "2"), ("MASTER_PORT", "70000")],
                "MASTER_PORT is \"70000\"",
            ),
            (
                &[("RANK", "0"), ("WORLD_SIZE", "2"), ("TDF_PARALLEL_TIMEOUT", "0")],
                "TDF_PARALLEL_TIMEOUT is \"0\"",
            ),
        ] {
            let error = place(variables).unwrap_err();
            assert!(error.contains(expected), "{variables:?}: {error}");
        }
    }
}
