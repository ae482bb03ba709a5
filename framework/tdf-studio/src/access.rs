//! Who may ask: the browser of the user who started the server, on a page of this server.
//!
//! Other programs of the machine can reach the port, and so can pages of other origins in the user's browser. The former do not know
//! the token. The latter do not get the cookie sent along (`SameSite=Strict`), and are refused by `Host` and `Origin`, which also stops
//! a name that was made to point at the loopback interface (DNS rebinding).

use axum::extract::{Request, State};
use axum::http::header::{AUTHORIZATION, COOKIE, HOST, LOCATION, ORIGIN, SET_COOKIE};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};

use crate::error::ApiError;

/// The secret of a server, and where it listens.
#[derive(Clone, Debug)]
pub(crate) struct Access {
    token: String,
    port: u16,
}

/// Bytes of a token before they are written as hexadecimal digits.
const TOKEN: usize = 16;

impl Access {
    /// With a new random token.
    pub fn new(port: u16) -> Result<Self, getrandom::Error> {
        let mut bytes = [0; TOKEN];
        getrandom::fill(&mut bytes)?;
        let token = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
        Ok(Self { token, port })
    }

    /// The address to open.
    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}/?token={}", self.port, self.token)
    }

    /// Cookies do not tell ports apart, so that the name does.
    fn cookie(&self) -> String {
        format!("tdf-studio-{}", self.port)
    }

    /// Whether a request names this server, and comes from a page of it if it comes from a page.
    fn is_of_this_server(&self, headers: &HeaderMap) -> bool {
        let hosts = [format!("127.0.0.1:{}", self.port), format!("localhost:{}", self.port)];
        let text = |name| headers.get(name).map(|value| value.to_str().unwrap_or(""));
        let host = text(HOST).is_some_and(|host| hosts.iter().any(|own| own == host));
        let origin = text(ORIGIN).is_none_or(|origin| hosts.iter().any(|own| origin == format!("http://{own}")));
        host && origin
    }

    fn knows_token(&self, headers: &HeaderMap) -> bool {
        let cookie = format!("{}={}", self.cookie(), self.token);
        let cookies = headers.get_all(COOKIE).iter().filter_map(|value| value.to_str().ok());
        let by_cookie = cookies
            .flat_map(|all| all.split(';'))
            .any(|one| same(one.trim(), &cookie));
        let bearer = headers.get(AUTHORIZATION).and_then(|value| value.to_str().ok());
        by_cookie || bearer.is_some_and(|value| same(value, &format!("Bearer {}", self.token)))
    }

    /// The token in the query of the first request.
    fn is_in_query(&self, request: &Request) -> bool {
        let query = request.uri().query().unwrap_or("");
        query
            .split('&')
            .filter_map(|pair| pair.strip_prefix("token="))
            .any(|token| same(token, &self.token))
    }
}

/// Compares in a time that does not tell how much is equal.
fn same(one: &str, other: &str) -> bool {
    one.len() == other.len() && one.bytes().zip(other.bytes()).fold(0, |all, (a, b)| all | (a ^ b)) == 0
}

/// Lets through who may ask.
pub(crate) async fn check(State(access): State<Access>, request: Request, next: Next) -> Response {
    if !access.is_of_this_server(request.headers()) {
        return ApiError::with(StatusCode::FORBIDDEN, "requests from other origins are refused").into_response();
    }
    if request.uri().path() == "/" && access.is_in_query(&request) {
        // The token leaves the address bar, and with it the history of the browser.
        let cookie = format!(
            "{}={}; HttpOnly; SameSite=Strict; Path=/",
            access.cookie(),
            access.token
        );
        let headers = [(LOCATION, "/".to_owned()), (SET_COOKIE, cookie)];
        return (StatusCode::SEE_OTHER, headers).into_response();
    }
    if !access.knows_token(request.headers()) {
        let message = "open the address that tdf studio printed: it has the token";
        return ApiError::with(StatusCode::UNAUTHORIZED, message).into_response();
    }
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    let rules = "default-src 'self'; img-src 'self' data: blob:; style-src 'self'; script-src 'self'; frame-ancestors 'none'; \
                 base-uri 'none'; form-action 'none'";
    headers.insert("content-security-policy", HeaderValue::from_static(rules));
    headers.insert("x-content-type-options", HeaderValue::from_static("nosniff"));
    headers.insert("referrer-policy", HeaderValue::from_static("no-referrer"));
    headers
        .entry("cache-control")
        .or_insert(HeaderValue::from_static("no-store"));
    response
}
