import 'reflect-metadata';
import { runService } from '#libs/composition/run-service';

runService({ name: 'relay', port: 3004, desks: [], tasks: ['relay'] });
