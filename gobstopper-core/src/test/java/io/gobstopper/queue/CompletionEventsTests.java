package io.gobstopper.queue;

import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.FactoryBean;
import org.springframework.context.ApplicationListener;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.event.ContextStoppedEvent;
import org.springframework.context.event.EventListener;

import io.gobstopper.event.TaskCancelledEvent;
import io.gobstopper.event.TaskCompletedEvent;
import io.gobstopper.event.TaskFailedEvent;
import io.gobstopper.event.TaskSucceededEvent;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Who hears {@link CompletionEvents}.
 */
class CompletionEventsTests {

	@Test
	void eventWithoutAListenerIsNotHeard() {
		try (AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext()) {
			context.registerBean("factory", ListeningFactory.class);
			context.refresh();
			CompletionEvents events = new CompletionEvents(context);
			assertThat(events.isHeard(TaskSucceededEvent.class)).isFalse();
			context.addApplicationListener(ApplicationListener.<TaskSucceededEvent>forPayload((event) -> {
			}));
			assertThat(events.isHeard(TaskSucceededEvent.class)).isTrue();
			assertThat(events.isHeard(TaskFailedEvent.class)).isTrue();
		}
	}

	@Test
	void listenerOfAllEndsIsHeardAndToldOfEach() {
		try (AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext()) {
			Ends ends = new Ends();
			context.registerBean(Ends.class, () -> ends);
			context.refresh();
			CompletionEvents events = new CompletionEvents(context);
			assertThat(events.isHeard(TaskSucceededEvent.class)).isTrue();
			assertThat(events.isHeard(TaskCancelledEvent.class)).isTrue();
			events.publish(new TaskFailedEvent(null));
			assertThat(ends.told).singleElement().isInstanceOf(TaskFailedEvent.class);
		}
	}

	@Test
	void listenerThatIsMadeLaterIsHeard() {
		try (AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext()) {
			context.registerBean("lazy", Listener.class, (definition) -> definition.setLazyInit(true));
			context.refresh();
			assertThat(new CompletionEvents(context).isHeard(TaskSucceededEvent.class)).isTrue();
		}
	}

	static class Ends {

		private final List<TaskCompletedEvent> told = new ArrayList<>();

		@EventListener
		void ended(TaskCompletedEvent event) {
			this.told.add(event);
		}

	}

	static class Listener implements ApplicationListener<ContextStoppedEvent> {

		@Override
		public void onApplicationEvent(ContextStoppedEvent event) {
		}

	}

	static class ListeningFactory extends Listener implements FactoryBean<String> {

		@Override
		public String getObject() {
			return "made";
		}

		@Override
		public Class<?> getObjectType() {
			return String.class;
		}

	}

}
