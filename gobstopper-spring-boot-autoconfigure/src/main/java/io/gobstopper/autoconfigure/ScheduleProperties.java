package io.gobstopper.autoconfigure;

import java.time.Duration;
import java.time.ZoneId;
import java.util.HashMap;
import java.util.Map;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.BindHandler;
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

	private static final String ZONE = "zone";

	private @Nullable String cron;

	private @Nullable Duration every;

	private @Nullable ZoneId zone;

	private boolean enabled = true;

	public void setCron(@Nullable String cron) {
		this.cron = cron;
	}

	public void setEvery(@Nullable Duration every) {
		this.every = every;
	}

	public void setZone(@Nullable ZoneId zone) {
		this.zone = zone;
	}

	public void setEnabled(boolean enabled) {
		this.enabled = enabled;
	}

	// Beside the properties of single schedules there is one for all of them.
	static ScheduleSettings settings(Environment environment, ZoneId zone) {
		Binder binder = Binder.get(environment);
		Map<String, ScheduleSettings.Own> byName = new HashMap<>();
		binder.bind(PREFIX, Bindable.mapOf(String.class, Object.class))
			.orElse(Map.of())
			.keySet()
			.stream()
			.filter((name) -> !name.equals(ZONE))
			.forEach((name) -> byName.put(name, own(binder, PREFIX.append(bracketed(name)))));
		return new ScheduleSettings(zone, byName);
	}

	private static String bracketed(String name) {
		return ConfigurationPropertyName.isValid(name) && name.indexOf('.') < 0 ? name : "[" + name + "]";
	}

	private static ScheduleSettings.Own own(Binder binder, ConfigurationPropertyName prefix) {
		ScheduleProperties properties = binder
			.bind(prefix, Bindable.of(ScheduleProperties.class),
					new NoUnboundElementsBindHandler(BindHandler.DEFAULT, (source) -> true))
			.orElseGet(ScheduleProperties::new);
		return InvalidGobstopperPropertiesException.check(prefix.toString(), properties::own);
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

}
