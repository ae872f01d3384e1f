package io.gobstopper.actuate.description;

import java.util.List;

import io.gobstopper.schedule.ScheduleInfo;

/**
 * All schedules.
 *
 * @param schedules the schedules in the order of their names
 * @param changesAllowed whether the user may change them
 */
public record SchedulesDescriptor(List<ScheduleInfo> schedules, boolean changesAllowed) {

}
