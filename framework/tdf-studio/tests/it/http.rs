//! A server of its own for each test, and a client that says exactly what it is told to.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use serde_json::Value as Json;

use crate::served::{Served, subject};

/// A server that ends with the test.
pub struct Server {
    pub port: u16,
    pub token: String,
    _served: Served,
}

/// What was answered.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub headers: String,
    pub body: Vec<u8>,
}

impl Answer {
    pub fn json(&self) -> Json {
        serde_json::from_slice(&self.body).unwrap_or_else(|_| panic!("no JSON: {}", self.text()))
    }

    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// The message of an error.
    pub fn error(&self) -> String {
        self.json()["error"]["message"].as_str().unwrap_or_default().to_owned()
    }
}

impl Server {
    pub fn new() -> Self {
        let served = Served::new(|| ["rainbow", "csg2d", "formulas"].map(|name| subject(name, None)).into());
        let (address, token) = served.url.split_once("/?token=").unwrap();
        Self {
            port: address.rsplit(':').next().unwrap().parse().unwrap(),
            token: token.to_owned(),
            _served: served,
        }
    }

    /// Sends bytes as they are, and reads until the server closes the connection.
    pub fn raw(&self, head: &str, body: &[u8]) -> Answer {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port)).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(60))).unwrap();
        stream.write_all(head.as_bytes()).unwrap();
        // A server that refuses closes before it has read all.
        let _ = stream.write_all(body);
        let mut all = Vec::new();
        let _ = stream.read_to_end(&mut all);
        let at = all.windows(4).position(|four| four == b"\r\n\r\n").unwrap_or(all.len());
        let headers = String::from_utf8_lossy(&all[..at]).into_owned();
        let status = headers
            .split(' ')
            .nth(1)
            .and_then(|text| text.parse().ok())
            .unwrap_or(0);
        Answer {
            status,
            headers,
            body: all.get(at + 4..).unwrap_or_default().to_vec(),
        }
    }

    /// The lines of a request that knows the token.
    pub fn head(&self, method: &str, path: &str, length: usize) -> String {
        let Self { port, token, .. } = self;
        format!(
            "{method} {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nConnection: close\r\nCookie: a=b; tdf-studio-{port}={token}\r\n\
             Content-Length: {length}\r\n\r\n"
        )
    }

    pub fn get(&self, path: &str) -> Answer {
        self.raw(&self.head("GET", path, 0), b"")
    }

    pub fn post(&self, path: &str, body: &Json) -> Answer {
        self.post_bytes(path, body.to_string().as_bytes())
    }

    pub fn post_bytes(&self, path: &str, body: &[u8]) -> Answer {
        self.raw(&self.head("POST", path, body.len()), body)
    }

    /// Begins a search and gives its number.
    pub fn search(&self, request: &Json) -> u64 {
        let answer = self.post("/api/searches", request);
        assert_eq!(answer.status, 201, "{}", answer.text());
        answer.json()["id"].as_u64().unwrap()
    }

    /// Reads the events of a search until `enough` says so, at most a minute.
    pub fn events(&self, id: u64, enough: impl FnMut(&str, &Json) -> bool) {
        Events::of(self, id).until(enough);
    }
}

/// A page that looks at a search.
pub struct Events(BufReader<TcpStream>);

impl Events {
    pub fn of(server: &Server, id: u64) -> Self {
        let mut stream = TcpStream::connect(("127.0.0.1", server.port)).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(120))).unwrap();
        let head = server.head("GET", &format!("/api/searches/{id}/events"), 0);
        stream.write_all(head.as_bytes()).unwrap();
        Self(BufReader::new(stream))
    }

    pub fn until(&mut self, mut enough: impl FnMut(&str, &Json) -> bool) {
        let end = Instant::now() + Duration::from_secs(120);
        let (mut line, mut name, mut data) = (Vec::new(), String::new(), String::new());
        while Instant::now() < end {
            line.clear();
            if self.0.read_until(b'\n', &mut line).unwrap() == 0 {
                panic!("the events ended");
            }
            let text = String::from_utf8_lossy(&line);
            let text = text.trim_end();
            if let Some(rest) = text.strip_prefix("event:") {
                name = rest.trim().to_owned();
            } else if let Some(rest) = text.strip_prefix("data:") {
                data = rest.trim().to_owned();
            } else if text.is_empty() && !data.is_empty() {
                let json: Json = serde_json::from_str(&data).unwrap();
                if enough(&name, &json) {
                    return;
                }
                data.clear();
            }
        }
        panic!("no such event came");
    }
}
