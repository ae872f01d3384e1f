package io.gobstopper.autoconfigure;

import java.nio.file.Path;

import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Conditional;
import org.springframework.core.env.Environment;
import org.springframework.util.Assert;

import io.gobstopper.autoconfigure.aot.ConditionalOnSnapshots;
import io.gobstopper.autoconfigure.diagnostics.InvalidGobstopperPropertiesException;
import io.gobstopper.store.StoreSnapshots;
import io.gobstopper.store.duckdb.DuckDbDatabase;
import io.gobstopper.store.duckdb.DuckDbSnapshots;
import io.gobstopper.store.writer.GroupCommit;

/**
 * Auto-configuration of snapshots of the task database.
 */
@AutoConfiguration(after = GobstopperAutoConfiguration.class)
@ConditionalOnSnapshots
@Conditional(QueueOfParent.Missing.class)
@ConditionalOnBean({ DuckDbDatabase.class, GroupCommit.class })
public final class GobstopperSnapshotAutoConfiguration {

	@Bean
	@ConditionalOnMissingBean(StoreSnapshots.class)
	@Nullable DuckDbSnapshots gobstopperSnapshots(DuckDbDatabase database, GobstopperProperties properties,
			Environment environment) {
		// Again, as code that was generated ahead of time is of both kinds of processes.
		if (!environment.containsProperty("gobstopper.snapshot.directory")) {
			return null;
		}
		GobstopperProperties.Snapshot snapshot = properties.getSnapshot();
		return InvalidGobstopperPropertiesException.check("gobstopper.snapshot", () -> {
			Path directory = GobstopperDuckDbAutoConfiguration.absolute(snapshot.getDirectory());
			Assert.notNull(directory, "'directory' must not be empty");
			return new DuckDbSnapshots(database, directory, snapshot.getKeep());
		});
	}

	@Bean
	@Nullable SnapshotSchedule gobstopperSnapshotSchedule(GroupCommit groupCommit, ObjectProvider<StoreSnapshots> snapshots,
			GobstopperProperties properties) {
		StoreSnapshots made = snapshots.getIfAvailable();
		return (made != null) ? InvalidGobstopperPropertiesException.check("gobstopper.snapshot",
				() -> new SnapshotSchedule(groupCommit, made, properties.getSnapshot().getInterval())) : null;
	}

}
