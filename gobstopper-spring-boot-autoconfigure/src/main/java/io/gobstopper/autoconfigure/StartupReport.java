package io.gobstopper.autoconfigure;

import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.springframework.boot.context.event.ApplicationStartedEvent;
import org.springframework.context.ApplicationListener;

import io.gobstopper.handler.TaskHandlers;
import io.gobstopper.store.writer.GroupCommit;

/**
 * Says in the log what the queue does in this process, once its database is open. Stops
 * the start of the application if it could not be opened. It is opened in the background
 * meanwhile, so this seldom waits.
 */
final class StartupReport implements ApplicationListener<ApplicationStartedEvent> {

	private static final Log logger = LogFactory.getLog(StartupReport.class);

	private final GroupCommit groupCommit;

	private final TaskHandlers handlers;

	private final GobstopperProperties.Worker worker;

	StartupReport(GroupCommit groupCommit, TaskHandlers handlers, GobstopperProperties.Worker worker) {
		this.groupCommit = groupCommit;
		this.handlers = handlers;
		this.worker = worker;
	}

	@Override
	public void onApplicationEvent(ApplicationStartedEvent event) {
		String location = this.groupCommit.store().location();
		logger.info("Tasks are stored in '%s', inside a transaction %s; this process %s".formatted(location,
				(this.groupCommit.cluster() != null) ? "of that database as a part of it" : "right after its commit",
				this.worker.isEnabled() ? "runs " + limits() : "only enqueues them"));
	}

	private String limits() {
		Set<String> categories = new TreeSet<>(this.worker.getCategories());
		if (categories.isEmpty()) {
			categories.addAll(this.handlers.categories());
			categories.addAll(this.worker.getConcurrencyByCategory().keySet());
		}
		if (categories.isEmpty()) {
			return "whatever handlers there will be";
		}
		return categories.stream()
			.map((category) -> "%d of '%s'".formatted(
					this.worker.getConcurrencyByCategory().getOrDefault(category, this.worker.getConcurrency()),
					category))
			.collect(Collectors.joining(", ", "at most ", " at once"));
	}

}
