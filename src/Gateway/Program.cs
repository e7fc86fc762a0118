using Gateway.Commands;
using Gateway.Hosting;

return await CommandLine.RunAsync(args, GatewayHost.RunAsync);
