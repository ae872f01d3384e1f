package io.gobstopper.autoconfigure;

import java.time.Duration;
import java.time.ZoneId;
import java.util.HashMap;
import java.util.Map;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.bind.AbstractBindHandler;
import org.springframework.boot.context.properties.bind.BindContext;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.bind.handler.NoUnboundElementsBindHandler;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.core.env.Environment;
import org.springframework.scheduling.support.CronExpression;
import org.springframework.util.Assert;

import io.gobstopper.autoconfigure.diagnostics.InvalidGobstopperPropertiesException;
import io.gobstopper.schedule.GobstopperSchedule;
import io.gobstopper.scheduling.ScheduleSettings;

/**
 * Properties of one schedule that is declared in code.
 */
final class ScheduleProperties {

	private static final ConfigurationPropertyName PREFIX = ConfigurationPropertyName.of("gobstopper.schedules");

	private static final ConfigurationPropertyName ZONE = PREFIX.append("zone");

	private @Nullable String cron;

	private @Nullable Duration every;

	private @Nullable ZoneId zone;

	private boolean enabled = true;

	void setCron(@Nullable String cron) {
		this.cron = cron;
	}

	void setEvery(@Nullable Duration every) {
		this.every = every;
	}

	void setZone(@Nullable ZoneId zone) {
		this.zone = zone;
	}

	void setEnabled(boolean enabled) {
		this.enabled = enabled;
	}

	// Beside the properties of single schedules there is one for all of them, which is
	// bound elsewhere.
	static ScheduleSettings settings(Environment environment, ZoneId zone) {
		Map<String, ScheduleSettings.Own> byName = new HashMap<>();
		Binder.get(environment)
			.bind(PREFIX, Bindable.mapOf(String.class, Object.class),
					new NoUnboundElementsBindHandler(new EachSchedule(), (source) -> true))
			.orElse(Map.of())
			.forEach((name, value) -> {
				if (value instanceof ScheduleProperties properties) {
					byName.put(name, InvalidGobstopperPropertiesException.check(PREFIX + "." + name, properties::own));
				}
			});
		return new ScheduleSettings(zone, byName);
	}

	private ScheduleSettings.Own own() {
		Assert.isTrue(this.cron == null || this.every == null, "'cron' and 'every' must not both be set");
		Assert.isTrue(this.every == null || this.every.compareTo(Duration.ofSeconds(1)) >= 0,
				() -> "'every' must be at least one second, but is " + this.every);
		if (this.cron != null && !this.cron.equals(GobstopperSchedule.OFF)) {
			CronExpression.parse(this.cron);
		}
		return new ScheduleSettings.Own(this.cron, this.every, this.zone, this.enabled);
	}

	/**
	 * Binds what is below the prefix as the properties of a schedule.
	 */
	private static final class EachSchedule extends AbstractBindHandler {

		@Override
		@SuppressWarnings("unchecked")
		public <T> Bindable<T> onStart(ConfigurationPropertyName name, Bindable<T> target, BindContext context) {
			return (PREFIX.isParentOf(name) && !name.equals(ZONE)) ? (Bindable<T>) Bindable.of(ScheduleProperties.class)
					: target;
		}

	}

}
