//! Named points between the parts of a step, at which a test lets the process die. A build without debug assertions
//! has nothing of this: there `reach!` is empty.

#[cfg(debug_assertions)]
mod point;

#[cfg(debug_assertions)]
pub use point::{FailPoint, Point};

/// Says that a step has come to a point.
macro_rules! reach {
    ($settings:expr, $resource:expr, $point:ident) => {
        #[cfg(debug_assertions)]
        {
            if let Some(fail_point) = &$settings.fail_point {
                fail_point.reach($crate::Point::$point, $resource);
            }
        }
    };
}

pub(crate) use reach;
