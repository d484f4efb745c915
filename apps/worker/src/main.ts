import 'reflect-metadata';
import { runService } from '#libs/composition/run-service';

runService({ name: 'worker', port: 3003, desks: [], tasks: ['read-models', 'reactions', 'ingress'] });
