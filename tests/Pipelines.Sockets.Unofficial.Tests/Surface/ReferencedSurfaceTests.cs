using System.IO.Pipelines;
using System.Net.Sockets;
using System.Reflection;
using System.Runtime.CompilerServices;
using Pipelines.Sockets.Unofficial.Arenas;
using StackExchange.Redis;

namespace Pipelines.Sockets.Unofficial.Tests.Surface;

/// <summary>The stand-in has everything that the client is compiled against, so that no call can fail to bind in production.</summary>
public sealed class ReferencedSurfaceTests
{
    private const string Name = "Pipelines.Sockets.Unofficial";

    private static readonly string s_client = typeof(ConnectionMultiplexer).Assembly.Location;
    private static readonly string s_standIn = typeof(SocketConnection).Assembly.Location;

    [Fact]
    public void StandIn_Identity_IsThePackages()
    {
        AssemblyName referenced = typeof(ConnectionMultiplexer).Assembly.GetReferencedAssemblies().Single(a => a.Name == Name);

        AssemblyName own = typeof(SocketConnection).Assembly.GetName();

        Assert.Equal(Name, own.Name);
        Assert.Equal(referenced.Version, own.Version);
    }

    [Fact]
    public void EveryReferenceOfTheClient_ByMetadata_IsOffered()
    {
        HashSet<string> referenced = ReferencedSurface.Read(s_client, Name);

        IEnumerable<string> missing = referenced.Except(OfferedSurface.Read(s_standIn));

        Assert.Empty(missing);
    }

    [Fact]
    public void ReferencesOfTheClient_ByMetadata_AreAllRead()
    {
        HashSet<string> referenced = ReferencedSurface.Read(s_client, Name);

        // As counted for StackExchange.Redis 2.13.23; another version has its own numbers.
        Assert.Equal(24, referenced.Count(line => line.StartsWith("type ", StringComparison.Ordinal)));
        Assert.Equal(60, referenced.Count(line => line.StartsWith("member ", StringComparison.Ordinal)));
        Assert.Contains("kind Pipelines.Sockets.Unofficial.Arenas.Sequence`1 ValueType", referenced);
    }

    [Fact]
    public void ReferencesOfTheClient_AgainstAnotherAssembly_AreReportedMissing()
    {
        HashSet<string> referenced = ReferencedSurface.Read(s_client, Name);

        HashSet<string> offered = OfferedSurface.Read(typeof(PipeReader).Assembly.Location);

        Assert.Equal(referenced.Count, referenced.Except(offered).Count());
    }

    /// <summary>Compilation resolves every token of a method, among them those of bases and interfaces that metadata does not list as members.</summary>
    [Fact]
    public void EveryMethodOfTheClient_OnThisRuntime_Compiles()
    {
        const BindingFlags All = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;
        int compiled = 0;
        foreach (Type type in typeof(ConnectionMultiplexer).Assembly.GetTypes().Where(type => !type.ContainsGenericParameters))
        {
            foreach (MethodBase method in (MethodBase[])[.. type.GetMethods(All), .. type.GetConstructors(All)])
            {
                if (!method.IsGenericMethodDefinition && method.GetMethodBody() is not null)
                {
                    RuntimeHelpers.PrepareMethod(method.MethodHandle);
                    compiled++;
                }
            }
        }

        Assert.True(compiled > 4000, $"{compiled} methods compiled");
    }

    /// <summary>What the client's compiled code takes for granted without a reference of its own.</summary>
    [Theory]
    [InlineData(typeof(Arena<int>), typeof(IDisposable))]
    [InlineData(typeof(Delegates.DelegateEnumerator<Action>), typeof(IDisposable))]
    [InlineData(typeof(SocketConnection), typeof(IDisposable))]
    [InlineData(typeof(SocketConnection), typeof(IMeasuredDuplexPipe))]
    [InlineData(typeof(IMeasuredDuplexPipe), typeof(IDuplexPipe))]
    [InlineData(typeof(SocketAwaitableEventArgs), typeof(SocketAsyncEventArgs))]
    [InlineData(typeof(SocketAwaitableEventArgs), typeof(ICriticalNotifyCompletion))]
    [InlineData(typeof(DedicatedThreadPoolPipeScheduler), typeof(PipeScheduler))]
    [InlineData(typeof(ConnectionResetException), typeof(IOException))]
    public void Type_OfTheStandIn_HasTheBaseTheClientCountsOn(Type type, Type counted)
        => Assert.True(counted.IsAssignableFrom(type));

    /// <summary>Constants are compiled into the client as numbers.</summary>
    [Theory]
    [InlineData(PipeShutdownKind.ReadEndOfStream, 100)]
    [InlineData(PipeShutdownKind.ProtocolExitClient, 400)]
    public void ShutdownKind_Number_IsWhatTheClientWasCompiledWith(PipeShutdownKind kind, int number)
        => Assert.Equal(number, (int)kind);
}
