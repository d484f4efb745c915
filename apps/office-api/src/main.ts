import 'reflect-metadata';
import { runService } from '#libs/composition/run-service';

runService({ name: 'office-api', port: 3002, desks: ['office'], tasks: [] });
