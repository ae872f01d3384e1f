package io.gobstopper.aot;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import org.springframework.beans.BeanUtils;
import org.springframework.boot.autoconfigure.AutoConfigurationPackage;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.test.util.TestPropertyValues;
import org.springframework.context.ApplicationContextInitializer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.support.GenericApplicationContext;

import io.gobstopper.GobstopperTask;
import io.gobstopper.TaskContext;
import io.gobstopper.Tasks;
import io.gobstopper.aot.ParcelTasks.Item;
import io.gobstopper.aot.ParcelTasks.Label;
import io.gobstopper.aot.ParcelTasks.Size;
import io.gobstopper.autoconfigure.GobstopperAutoConfiguration;
import io.gobstopper.autoconfigure.GobstopperDuckDbAutoConfiguration;
import io.gobstopper.autoconfigure.GobstopperSnapshotAutoConfiguration;
import io.gobstopper.autoconfigure.GobstopperWorkerAutoConfiguration;
import io.gobstopper.autoconfigure.contract.ContractCheckLifecycle;
import io.gobstopper.store.StoreSnapshots;
import io.gobstopper.worker.TaskWorker;

/**
 * An application whose beans are made by generated code, and says which there are.
 */
@Configuration(proxyBeanMethods = false)
@AutoConfigurationPackage
@ImportAutoConfiguration({ GobstopperDuckDbAutoConfiguration.class, GobstopperAutoConfiguration.class,
		GobstopperWorkerAutoConfiguration.class, GobstopperSnapshotAutoConfiguration.class })
public class GeneratedApplication {

	static final String IN_MEMORY = "gobstopper.duckdb.path=:memory:";

	// The generated initializer, and properties.
	@SuppressWarnings("unchecked")
	public static void main(String[] args) throws Exception {
		try (GenericApplicationContext context = new GenericApplicationContext()) {
			TestPropertyValues.of(IN_MEMORY).and(List.of(args).subList(1, args.length).stream()).applyTo(context);
			ApplicationContextInitializer<GenericApplicationContext> generated = BeanUtils
				.instantiateClass(Class.forName(args[0]), ApplicationContextInitializer.class);
			generated.initialize(context);
			context.refresh();
			TaskWorker worker = context.getBeanProvider(TaskWorker.class).getIfAvailable();
			System.out.println("worker " + (worker != null && worker.isRunning()));
			System.out.println("check " + isThere(context, ContractCheckLifecycle.class));
			System.out.println("snapshots " + isThere(context, StoreSnapshots.class));
			CompletableFuture<Label> label = context.getBean(Sender.class).send();
			if (worker != null) {
				System.out.println(label.get(20, TimeUnit.SECONDS));
			}
		}
	}

	private static boolean isThere(GenericApplicationContext context, Class<?> type) {
		return context.getBeanProvider(type).getIfAvailable() != null;
	}

	@Bean
	Parcels parcels() {
		return new Parcels();
	}

	@Bean
	Notes notes() {
		return new Notes();
	}

	@Bean
	Sender sender(Tasks<ParcelTasks> parcels) {
		return new Sender(parcels);
	}

	record Sender(Tasks<ParcelTasks> parcels) {

		CompletableFuture<Label> send() {
			return this.parcels.submit((tasks) -> tasks.pack(List.of(new Item("book", new Size(1, 2))), "Ada"))
				.result();
		}

	}

	static class Parcels implements ParcelTasks {

		@Override
		public Label pack(List<Item> items, String to) {
			return new Label(to, items.size());
		}

	}

	static class Notes {

		@GobstopperTask("note")
		CompletableFuture<Receipt> note(Note note, TaskContext context) {
			return CompletableFuture.completedFuture(new Receipt(note.text() + context.attempt()));
		}

	}

	record Note(String text) {

	}

	record Receipt(String text) {

	}

}
