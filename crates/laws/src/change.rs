//! What is done to an object: the three things that the laws try.

use std::time::Duration;

use reconcile::Want;

use crate::subject::Object;
use crate::trial::{Engine, Held, Trial};

/// What is done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change {
    Create,
    Update,
    Delete,
}

impl Change {
    pub const ALL: [Self; 3] = [Self::Create, Self::Update, Self::Delete];

    /// Comes to where the change can be done.
    pub async fn prepare(self, trial: &Trial<'_>) -> Result<Want, String> {
        let want = trial.case().await?;
        if self != Self::Create {
            trial.want(&want).await?;
            trial.until_there(&want).await?;
        }
        Ok(want)
    }

    /// Says that it is to be done; gives what is wanted now.
    pub async fn order(self, trial: &Trial<'_>, want: Want) -> Result<Want, String> {
        let want = match self {
            Self::Update => Want { spec: trial.subject.changed(&want.spec), ..want },
            Self::Create | Self::Delete => want,
        };
        match self {
            Self::Create | Self::Update => trial.want(&want).await?,
            Self::Delete => trial.destroy(&want, Duration::ZERO).await?,
        }
        Ok(want)
    }

    /// Waits until it is done.
    pub async fn end(self, trial: &Trial<'_>, want: &Want) -> Held {
        match self {
            Self::Create | Self::Update => trial.until_there(want).await.map(drop),
            Self::Delete => trial.until_gone(want).await,
        }
    }

    /// Waits until it is done, and looks that it is done right.
    pub async fn confirm(self, trial: &Trial<'_>, engine: &Engine, want: &Want, others: &[Object]) -> Held {
        self.end(trial, want).await?;
        match self {
            Self::Create | Self::Update => trial.check_there(engine, want, others).await,
            Self::Delete => trial.check_gone(others),
        }
    }
}
