package io.gobstopper.autoconfigure;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Configuration;

import io.gobstopper.GobstopperTask;
import io.gobstopper.TaskQueueService;

/**
 * A program that enqueues one task, runs none, and leaves its context open.
 */
@Configuration(proxyBeanMethods = false)
@EnableAutoConfiguration(excludeName = "org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration")
public class EnqueueingApplication {

	public static void main(String[] args) {
		SpringApplication application = new SpringApplication(EnqueueingApplication.class);
		application.setWebApplicationType(WebApplicationType.NONE);
		TaskQueueService queue = application.run(args).getBean(TaskQueueService.class);
		System.out.println("enqueued: " + queue.enqueue("greet"));
	}

	@GobstopperTask(name = "greet")
	String greet() {
		return "hello";
	}

}
