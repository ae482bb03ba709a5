//! Points, boxes and curves through points.

/// In units of a square of 32, y downwards.
pub type Point = [f32; 2];

/// Width and height of the square.
pub const SQUARE: f32 = 32.0;

/// A point on the way from `a` to `b`.
pub fn between(a: Point, b: Point, share: f32) -> Point {
    [a[0] + share * (b[0] - a[0]), a[1] + share * (b[1] - a[1])]
}

pub fn distance(a: Point, b: Point) -> f32 {
    (a[0] - b[0]).hypot(a[1] - b[1])
}

/// An upright box.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Bounds {
    pub low: Point,
    pub high: Point,
}

impl Bounds {
    /// Of what is seen: the square and what jitter may move into it.
    pub const SEEN: Self = Self {
        low: [-2.0; 2],
        high: [SQUARE + 2.0; 2],
    };

    pub fn of(points: &[Point]) -> Self {
        let start = Self {
            low: [f32::INFINITY; 2],
            high: [f32::NEG_INFINITY; 2],
        };
        points.iter().fold(start, |bounds, p| Self {
            low: [bounds.low[0].min(p[0]), bounds.low[1].min(p[1])],
            high: [bounds.high[0].max(p[0]), bounds.high[1].max(p[1])],
        })
    }

    pub fn meets(&self, other: &Self) -> bool {
        self.low[0] <= other.high[0]
            && other.low[0] <= self.high[0]
            && self.low[1] <= other.high[1]
            && other.low[1] <= self.high[1]
    }
}

/// Where on the ways from `a` to `b` and from `c` to `d`, as shares of them, these cross; `None` if they do not.
pub fn crossing(a: Point, b: Point, c: Point, d: Point) -> Option<(f32, f32)> {
    let (u, v, w) = (
        [b[0] - a[0], b[1] - a[1]],
        [d[0] - c[0], d[1] - c[1]],
        [c[0] - a[0], c[1] - a[1]],
    );
    let cross = |p: Point, q: Point| p[0] * q[1] - p[1] * q[0];
    let area = cross(u, v);
    if area == 0.0 {
        return None;
    }
    let (s, t) = (cross(w, v) / area, cross(w, u) / area);
    ((0.0..1.0).contains(&s) && (0.0..1.0).contains(&t)).then_some((s, t))
}

/// Whether `point` is within the polygon of `corners`.
pub fn within(point: Point, corners: &[Point]) -> bool {
    let Some(&last) = corners.last() else { return false };
    let (mut inside, mut before) = (false, last);
    for &corner in corners {
        if (corner[1] > point[1]) != (before[1] > point[1]) {
            let share = (point[1] - corner[1]) / (before[1] - corner[1]);
            inside ^= point[0] < corner[0] + share * (before[0] - corner[0]);
        }
        before = corner;
    }
    inside
}

/// A point of the Catmull-Rom spline through `p[1]` (share 0) and `p[2]` (share 1), with `p[0]` before and `p[3]` behind.
pub fn spline(p: [Point; 4], share: f32) -> Point {
    std::array::from_fn(|i| {
        let [a, b, c, d] = p.map(|point| point[i]);
        let t = share;
        0.5 * (2.0 * b
            + (c - a) * t
            + (2.0 * a - 5.0 * b + 4.0 * c - d) * t * t
            + (3.0 * b - a - 3.0 * c + d) * t * t * t)
    })
}

/// Calls `visit` with `steps` points of the spline through `points` for each of their distances, the first point left out.
pub fn through(points: &[Point], steps: usize, visit: &mut impl FnMut(Point)) {
    for at in 1..points.len() {
        let before = points[at.saturating_sub(2)];
        let behind = points[(at + 1).min(points.len() - 1)];
        for step in 1..=steps {
            visit(spline(
                [before, points[at - 1], points[at], behind],
                step as f32 / steps as f32,
            ));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ways_cross() {
        assert_eq!(
            crossing([0.0, 0.0], [4.0, 0.0], [1.0, -1.0], [1.0, 3.0]),
            Some((0.25, 0.25))
        );
        assert_eq!(crossing([0.0, 0.0], [4.0, 0.0], [1.0, 1.0], [1.0, 3.0]), None);
        assert_eq!(crossing([0.0, 0.0], [4.0, 0.0], [1.0, 1.0], [3.0, 1.0]), None);
    }

    #[test]
    fn points_are_within_polygons() {
        // A hook.
        let corners = [[0.0, 0.0], [4.0, 0.0], [4.0, 1.0], [1.0, 1.0], [1.0, 4.0], [0.0, 4.0]];
        for (point, expected) in [
            ([0.5, 0.5], true),
            ([3.5, 0.5], true),
            ([0.5, 3.5], true),
            ([2.0, 2.0], false),
            ([5.0, 0.5], false),
            ([-1.0, 0.5], false),
        ] {
            assert_eq!(within(point, &corners), expected, "{point:?}");
        }
        assert!(!within([0.0, 0.0], &[]));
    }

    #[test]
    fn splines_go_through_their_points() {
        let points = [[0.0, 0.0], [1.0, 2.0], [3.0, 1.0]];
        let mut seen = Vec::new();
        through(&points, 2, &mut |p| seen.push(p));
        assert_eq!(seen.len(), 4);
        assert_eq!([seen[1], seen[3]], points[1..]);
    }
}
