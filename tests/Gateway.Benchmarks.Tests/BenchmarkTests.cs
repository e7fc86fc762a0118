using System.Reflection;
using BenchmarkDotNet.Attributes;
using Gateway.Benchmarks.RateLimiting;
using Xunit;

namespace Gateway.Benchmarks.Tests;

/// <summary>The micro-benchmarks still do what they say: each is set up and run a few times, nothing is timed.</summary>
public sealed class BenchmarkTests
{
    private const int Times = 3;

    public static TheoryData<string> Names { get; } =
        [.. typeof(DecisionInProcess).Assembly.GetTypes().Where(type => Of<BenchmarkAttribute>(type).Length > 0).Select(type => type.FullName!)];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Benchmark_SetUpWithItsFirstParameters_Runs(string name)
    {
        Type type = typeof(DecisionInProcess).Assembly.GetType(name, throwOnError: true)!;
        object benchmark = Activator.CreateInstance(type)!;
        foreach (PropertyInfo parameter in type.GetProperties())
        {
            if (parameter.GetCustomAttribute<ParamsAttribute>() is { } values)
            {
                parameter.SetValue(benchmark, values.Values[0]);
            }
        }

        await CallAsync(benchmark, Of<GlobalSetupAttribute>(type));
        try
        {
            for (int i = 0; i < Times; i++)
            {
                await CallAsync(benchmark, Of<BenchmarkAttribute>(type));
            }
        }
        finally
        {
            await CallAsync(benchmark, Of<GlobalCleanupAttribute>(type));
        }
    }

    private static async Task CallAsync(object benchmark, MethodInfo[] methods)
    {
        foreach (MethodInfo method in methods)
        {
            await (method.Invoke(benchmark, []) switch
            {
                Task task => task,
                ValueTask<bool> task => task.AsTask(),
                _ => Task.CompletedTask,
            });
        }
    }

    private static MethodInfo[] Of<TAttribute>(Type type)
        where TAttribute : Attribute =>
        [.. type.GetMethods().Where(method => method.GetCustomAttribute<TAttribute>() is not null)];
}
