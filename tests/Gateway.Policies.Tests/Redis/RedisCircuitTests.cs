using Gateway.Policies.Redis;
using Gateway.Testing;
using Xunit;

namespace Gateway.Policies.Tests.Redis;

public sealed class RedisCircuitTests
{
    private readonly SteppedTime _time = new();
    private readonly RedisCircuit _circuit;

    public RedisCircuitTests()
    {
        _circuit = new RedisCircuit(_time);
        Assert.True(_circuit.IsOpen);
        _circuit.Close();
        Assert.False(_circuit.IsOpen);
    }

    [Fact]
    public void Failed_ThreeOneAfterAnother_OpensOnce()
    {
        Assert.False(Fail());
        Assert.False(Fail());
        Assert.True(Fail());
        Assert.True(_circuit.IsOpen);
        Assert.False(Fail());
    }

    [Fact]
    public void Failed_AllCallsInFlightAtOneInstant_CountsOnce()
    {
        long began = _time.GetTimestamp();
        _time.Advance(TimeSpan.FromMilliseconds(50));
        for (int i = 0; i < 1000; i++)
        {
            Assert.False(_circuit.Failed(began));
        }

        Assert.False(Fail());
        Assert.True(Fail());
    }

    [Fact]
    public void Succeeded_BetweenFailures_BeginsTheRowAnew()
    {
        for (int i = 0; i < 10; i++)
        {
            Assert.False(Fail());
            Assert.False(Fail());
            _circuit.Succeeded();
        }
    }

    [Fact]
    public void Failed_FirstAfterClosing_OpensAgain()
    {
        Failed_ThreeOneAfterAnother_OpensOnce();
        _circuit.Close();
        Assert.True(Fail());
        _circuit.Close();
        _circuit.Succeeded();
        Assert.False(Fail());
    }

    private bool Fail()
    {
        long began = _time.GetTimestamp();
        _time.Advance(TimeSpan.FromMilliseconds(50));
        return _circuit.Failed(began);
    }
}
