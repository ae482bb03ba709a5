//! Errors as the page shows them.

use axum::Json;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde_json::json;

/// An answer that is an error: what is wrong, and where in the text that was sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ApiError {
    pub status: StatusCode,
    pub message: String,
    /// Bytes before the place.
    pub at: Option<usize>,
}

impl ApiError {
    /// What was sent makes no sense.
    pub fn refused(message: impl ToString) -> Self {
        Self::with(StatusCode::UNPROCESSABLE_ENTITY, message)
    }

    /// There is no such thing.
    pub fn missing(message: impl ToString) -> Self {
        Self::with(StatusCode::NOT_FOUND, message)
    }

    pub fn with(status: StatusCode, message: impl ToString) -> Self {
        Self {
            status,
            message: message.to_string(),
            at: None,
        }
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let body = json!({ "error": { "message": self.message, "at": self.at } });
        (self.status, Json(body)).into_response()
    }
}
