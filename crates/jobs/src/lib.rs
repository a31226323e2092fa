//! Queue, worker and schedules
